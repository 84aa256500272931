// An OpenID provider on loopback, for tests: `node oidc-provider.mjs PORT REDIRECT_URI`. `?name=` at its login says who one is.
import Provider from 'oidc-provider'

const [port, redirect] = process.argv.slice(2)
const PEOPLE = {
  redaktor: { email: 'redaktor@example.org', email_verified: true, groups: ['web-editors'], amr: ['pwd'] },
  staerk: { email: 'staerk@example.org', email_verified: true, groups: ['web-editors'], amr: ['pwd', 'mfa'] },
  kendt: { email: 'kendt@example.org', email_verified: true, groups: ['web-editors', 'web-leaders'], amr: ['mfa'] },
  chef: { email: 'chef@example.org', email_verified: true, groups: ['web-editors'], amr: ['mfa'] },
  uverificeret: { email: 'kendt@example.org', email_verified: false, groups: ['web-editors'], amr: ['mfa'] },
  fremmed: { email: 'fremmed@example.org', email_verified: true, groups: ['others'], amr: ['mfa'] }
}
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: 'site', client_secret: 'only-for-tests-secret', redirect_uris: [redirect] }],
  claims: { openid: ['sub', 'groups', 'amr'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/login/${interaction.uid}` },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: `Navn ${id}`, preferred_username: id, ...PEOPLE[id] }) }),
  async loadExistingGrant (ctx) {
    const grant = new provider.Grant({ clientId: 'site', accountId: ctx.oidc.session.accountId })
    grant.addOIDCScope('openid email profile')
    await grant.save()
    return grant
  }
})
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/login/')) return next()
  const name = ctx.query.name
  await provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: name, amr: PEOPLE[name].amr } })
  ctx.respond = false
})
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'))
