"""Every setting of the site. Values an operator may change come from the environment (.env.example)."""

from pathlib import Path

from django.conf import locale as django_locale
from whitenoise.compress import Compressor

from nejtilbander import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.secret("SECRET_KEY", minimum=32)
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", "127.0.0.1 [::1]")
HTTPS = env.flag("HTTPS", default=True)
DATABASES = {"default": env.database("DATABASE_URL")}
DATABASE_PASSWORDS = env.passwords("DATABASE_PASSWORD", ("public", "worker", "staff", "backup"))  # `prepare` gives them
# Bytes. A character of staff's texts is sent as up to nine; for visitors the limit is web.decorators.MAX_UPLOAD.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000_000

# Which part of the site this process is: the internet-facing "public" one never sees a private key, and has neither
# sessions nor logins. "prepare" owns the database: it migrates, and serves nobody.
SITE_ROLE = env.choice("SITE_ROLE", {"public", "staff", "worker", "prepare", "all"}, "all")
HAS_STAFF = SITE_ROLE != "public"
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var")))
KEYRING_DIR = Path(env.text("KEYRING_DIR", str(DATA_DIR / "keyring")))
KEYRING_SECRET = env.keyring_secret(SITE_ROLE, KEYRING_DIR)
INDEX_KEY = env.index_key(SITE_ROLE)
SIGNING_KEY = env.signing_key(SITE_ROLE)
VERIFY_KEY = env.verify_key(SITE_ROLE, SIGNING_KEY)

# Letters. The worker has no request, so the site's own address is a setting.
SITE_URL = env.web_address("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
STAFF_URL = env.web_address("STAFF_URL", SITE_URL).rstrip("/")  # where staff log in: the admin may have its own name
MAIL = env.mail("EMAIL_URL", f"file://{DATA_DIR}/letters")
EMAIL_BACKEND = MAIL["backend"]
EMAIL_FILE_PATH = MAIL.get("folder")
EMAIL_HOST, EMAIL_PORT = MAIL.get("host", "localhost"), MAIL.get("port", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.get("user", ""), MAIL.get("password", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.get("tls", False), MAIL.get("ssl", False)
EMAIL_TIMEOUT = 15  # seconds; a silent mail server must not block the queue
DEFAULT_FROM_EMAIL = env.mail_address("EMAIL_FROM", "Odense Kommune <ikke-svar@localhost>")
# Staff who get a letter when sign-up is under attack, the list is opened, somebody asks for a yes, or a text without an
# owner is due for review.
ALARM_TO = env.alarm_addresses(SITE_ROLE, is_production=HTTPS and not DEBUG)

# Sign-up under pressure (docs/decisions/0009).
SIGNUP_MIN_SECONDS = env.number("SIGNUP_MIN_SECONDS", 2, maximum=60)
SIGNUP_BURST = env.number("SIGNUP_BURST", 60, maximum=100_000)  # sign-ups in ten minutes that call for proof of work
# Mail domains and networks (192.0.2.0/24) that many strangers share: they may have any number of a meeting's seats.
SIGNUP_UNCAPPED = env.words("SIGNUP_UNCAPPED")
BEHIND_PROXY = env.flag("BEHIND_PROXY", default=False)

# External sites. WAS_URL is empty until the statement exists; the others have a safe default.
QUIT_URL = env.web_address("QUIT_URL", "https://www.dmi.dk/")
WAS_URL = env.web_address("WAS_URL")
SECURITY_CONTACT = env.web_address("SECURITY_CONTACT", "https://www.odense.dk/", schemes=("https", "mailto"))

ALLAUTH = [
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
INSTALLED_APPS = [
    "modeltranslation",  # before admin, as its documentation asks
    *(["nejtilbander.editorial.apps.EditorialConfig"] if HAS_STAFF else []),
    "django.contrib.auth",  # in `public` for foreign keys alone, and contenttypes with it: it reads neither
    "django.contrib.contenttypes",
    *(["django.contrib.sessions", "django.contrib.messages"] if HAS_STAFF else []),
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "csp",
    "django_prose_editor",
    *(ALLAUTH if HAS_STAFF else []),
    "nejtilbander.apps.SiteConfig",
    "pages.apps.PagesConfig",
    "events.apps.EventsConfig",
]

MIDDLEWARE = [
    "nejtilbander.caching.preconditions.PreconditionMiddleware",
    "nejtilbander.caching.middleware.PageCacheMiddleware",
    "nejtilbander.web.security_headers.PolicyMiddleware",  # around all that answers before a view does
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "nejtilbander.caching.compression.CompressionMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "nejtilbander.i18n.middleware.LanguageMiddleware",
    "nejtilbander.web.middleware.ErrorPageMiddleware",
    *(["django.contrib.sessions.middleware.SessionMiddleware"] if HAS_STAFF else []),
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    *(
        [
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ]
        if HAS_STAFF
        else []
    ),
]
if SITE_ROLE in {"staff", "all"}:
    MIDDLEWARE.insert(0, "nejtilbander.accounts.staff_network.StaffNetworkMiddleware")
    MIDDLEWARE.append("nejtilbander.accounts.middleware.StaffLoginMiddleware")

ROOT_URLCONF = "nejtilbander.urls"
WSGI_APPLICATION = "nejtilbander.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                *(
                    [
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                    if HAS_STAFF
                    else []
                ),
                "nejtilbander.web.context_processors.site_context",
            ],
            "builtins": ["django.templatetags.i18n", "nejtilbander.templatetags.site"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# Languages. Danish is the source; the order is the one readers see.
LANGUAGE_CODE = "da"
LANGUAGES = [
    ("da", "Dansk"),
    ("en", "English"),
    ("ar", "العربية"),
    ("so", "Soomaali"),
    ("tr", "Türkçe"),
    ("fa", "فارسی"),
]
LANGUAGES_BIDI = ["ar", "fa"]
# Django ships no Somali; naming it here is enough for its language machinery.
django_locale.LANG_INFO["so"] = {"bidi": False, "code": "so", "name": "Somali", "name_local": "Soomaali"}
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "Europe/Copenhagen"
MODELTRANSLATION_DEFAULT_LANGUAGE = MODELTRANSLATION_PREPOPULATE_LANGUAGE = "da"
MODELTRANSLATION_LANGUAGES = tuple(code for code, _ in LANGUAGES)
MODELTRANSLATION_FALLBACK_LANGUAGES = ("da",)
# Languages in which a speaker has read the translations of the code's own texts (docs/edit.md).
CATALOGUES_READ = {"da"} | env.choices("CATALOGUES_READ", {code for code, _ in LANGUAGES})

# Static files: collected into the image or the data directory, pre-compressed, immutable.
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "static-built")))
STATICFILES_DIRS = [BASE_DIR / "static", ("edit", BASE_DIR / "docs" / "edit")]  # the pictures of staff's manual
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
# Source maps of third-party scripts are read by nobody, and take most of the time to compress.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")

# Security. The Content-Security-Policy is made in web/security_headers.py, from the hashes of inline assets.
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz$|metrics$)"]  # probes speak plain http inside the platform
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 63_072_000  # two years, what browsers' preload lists ask
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"  # no-referrer makes Chromium send "Origin: null" and CSRF checks fail
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "nejtilbander.web.error_views.csrf_failed"
X_FRAME_OPTIONS = "DENY"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# How staff log in (docs/decisions/0020), in nejtilbander/accounts with allauth.
STAFF_NETWORK = env.networks("STAFF_NETWORK")
STAFF_SECOND_FACTOR = env.choice("STAFF_SECOND_FACTOR", {"required", "optional"}, "required")
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "/admin/login/", "/admin/", "/admin/login/"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["nejtilbander.accounts.hashing.BoundedPasswordHasher"]
SESSION_COOKIE_AGE = 12 * 60 * 60  # of the row and the cookie; the rule itself is in accounts/sessions.py
_STAFF_CACHE = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "staff_cache"}
# Many entries: whoever tries many names must not push others' counts out.
CACHES = {"default": _STAFF_CACHE | {"OPTIONS": {"MAX_ENTRIES": 100_000}}}
ACCOUNT_ADAPTER = "nejtilbander.accounts.adapters.StaffAccountAdapter"
ACCOUNT_FORMS = {
    "login": "nejtilbander.accounts.forms.StaffLoginForm",
    "reauthenticate": "nejtilbander.accounts.forms.PasswordAgainForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # nobody signs up; without the password allauth asks for none
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False  # the cookie goes with the browser
ACCOUNT_REAUTHENTICATION_METHODS = {"password", "mfa"}
# Wrong passwords and codes: by network ("ip", see the adapter) and by login. What comes before: accounts/views.py.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "20/10m/ip,5/10m/key", "reauthenticate": "10/m/user"}
# The municipality's own sign-on: Entra ID, Keycloak, OS2faktor (docs/operate.md).
OIDC_SERVER_URL = env.web_address("OIDC_SERVER_URL")
OIDC_NAME, OIDC_GROUPS_CLAIM = env.text("OIDC_NAME", "Odense Kommune"), env.text("OIDC_GROUPS_CLAIM", "groups")
OIDC_MFA_CLAIM = env.text("OIDC_MFA_CLAIM", "")
OIDC_GROUPS = env.groups("OIDC_GROUPS", never=("Administrator", "Listeansvarlig"))  # docs/decisions/0021
SOCIALACCOUNT_ADAPTER = "nejtilbander.accounts.openid.StaffSocialAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION, SOCIALACCOUNT_REQUESTS_TIMEOUT = "none", 5
SOCIALACCOUNT_LOGIN_ON_GET, SOCIALACCOUNT_EMAIL_REQUIRED = True, False
_APP = {"provider_id": "login", "name": OIDC_NAME, "settings": {"server_url": OIDC_SERVER_URL}}
if _has_sign_on := bool(OIDC_SERVER_URL) and SITE_ROLE in {"staff", "all"}:
    _APP |= {"client_id": env.text("OIDC_CLIENT_ID"), "secret": env.text("OIDC_CLIENT_SECRET")}
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [_APP]}} if _has_sign_on else {}
MFA_ADAPTER = "nejtilbander.accounts.adapters.StaffMFAAdapter"
MFA_FORMS = {
    "authenticate": "nejtilbander.accounts.forms.CodeForm",
    "reauthenticate": "nejtilbander.accounts.forms.CodeAgainForm",
    "login_webauthn": "nejtilbander.accounts.forms.PasskeyLoginForm",
    "authenticate_webauthn": "nejtilbander.accounts.forms.PasskeyCheckForm",
    "reauthenticate_webauthn": "nejtilbander.accounts.forms.PasskeyAgainForm",
    "activate_totp": "nejtilbander.accounts.forms.AppForm",
    "add_webauthn": "nejtilbander.accounts.forms.PasskeyForm",
    "edit_webauthn": "nejtilbander.accounts.forms.PasskeyNameForm",
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = MFA_ALLOW_UNVERIFIED_EMAIL = MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # half a minute either way: phones' clocks differ
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # http://localhost, on your own machine

LOG_FORMAT = env.choice("LOG_FORMAT", {"plain", "json"}, "plain")
LOG_LEVELS = {"CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG"}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "nejtilbander.operations.log_formatters.ScrubbingFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        },
        "bare": {"()": "nejtilbander.operations.log_formatters.ScrubbingFormatter", "format": "%(message)s"},
        "json": {"()": "nejtilbander.operations.log_formatters.JsonFormatter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT},
        "changes": {"class": "logging.StreamHandler", "formatter": "bare" if LOG_FORMAT == "plain" else LOG_FORMAT},
    },
    # An unknown host or address is the client's mistake, not the site's: no line and no traceback for each.
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        # The audit log: one line of JSON a change, whatever LOG_LEVEL is.
        "nejtilbander.changes": {"level": "INFO", "handlers": ["changes"], "propagate": False},
    },
    "root": {"handlers": ["console"], "level": env.choice("LOG_LEVEL", LOG_LEVELS, "WARNING")},
}
