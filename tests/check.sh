#!/bin/sh
# Everything that can be said about the code without running it. Run by `make check`; stops at the first fault.
set -e
say() { printf '%-14s' "$1"; }
export SECRET_KEY=kT7w_q2Lx9Vb4Nz6Rm1Pc8Ys3Hd5Jf0GaEuWiOtQlXvBnMzKr DATABASE_URL=sqlite://:memory:
export WAS_URL=https://was.example.dk/odense
say format;       ruff format --check -q . && echo ok
say lint;         ruff check -q . && echo ok
say templates;    git ls-files 'templates/*.html' | xargs djade --target-version 5.2 --check && git ls-files 'templates/*.html' | xargs djhtml --check --tabwidth 2 2>/dev/null && echo ok
say types;        mypy >/tmp/mypy.$$ 2>&1 && echo ok || { cat /tmp/mypy.$$; rm -f /tmp/mypy.$$; exit 1; }; rm -f /tmp/mypy.$$
say imports;      lint-imports --no-cache >/tmp/imports.$$ 2>&1 && echo ok || { cat /tmp/imports.$$; exit 1; }; rm -f /tmp/imports.$$
say migrations;   python manage.py makemigrations --check --dry-run -v 1 >/dev/null && echo ok
say deploy;       python manage.py check --deploy --fail-level WARNING >/dev/null && echo ok
say translations
if command -v xgettext >/dev/null; then
    before=$(mktemp -d)
    cp -r locale "$before/"
    sh tests/messages.sh
    diff -r "$before/locale" locale || { echo "the .po and .mo files were out of step; they are mended now: commit them"; exit 1; }
    for po in locale/*/LC_MESSAGES/django.po; do
        msgfmt --statistics -o /dev/null "$po" 2>&1 | grep -E 'fuzzy|untranslated' && { echo "$po is not complete"; exit 1; }
    done
    rm -rf "$before"
    echo ok
elif [ "$CI" = true ]; then
    echo "gettext is missing"; exit 1
else
    echo "left out: gettext is not installed"
fi
