#!/bin/sh
# Everything that can be said about the code without running it. Run by `make check`; stops at the first fault.
set -eu
export SECRET_KEY=only-for-checking-kT7w_q2Lx9Vb4Nz6Rm1Pc8Ys3Hd5Jf0GaEuWiOt DATABASE_URL=sqlite://:memory:
export INDEX_KEY=only-for-checking-0000000000000000000000 KEYRING_SECRET=only-for-checking-1111111111111111111111
export SIGNING_KEY=only-for-checking-2222222222222222222222 ALARM_TO=drift@example.dk
export WAS_URL=https://was.example.dk/odense

step() {
    printf '%-13s' "$1"
    shift
    if said=$("$@" 2>&1); then
        echo ok
    else
        printf 'FAULT\n%s\n' "$said"
        exit 1
    fi
}

catalogues_are_whole() {
    before=$(mktemp -d)
    cp -r locale "$before/"
    sh tests/messages.sh
    diff -r "$before/locale" locale || { echo "The catalogues were out of step. They are mended now: commit them."; return 1; }
    rm -rf "$before"
    for po in locale/*/LC_MESSAGES/django.po; do
        if msgfmt --statistics -o /dev/null "$po" 2>&1 | grep -E 'fuzzy|untranslated'; then
            echo "$po is not complete."
            return 1
        fi
    done
}

templates=$(git ls-files 'templates/*.html')
step format ruff format --check -q .
step lint ruff check -q .
step templates djade --target-version 5.2 --check $templates
step indents djhtml --check --tabwidth 2 $templates
step types mypy
step imports lint-imports --no-cache
step migrations python manage.py makemigrations --check --dry-run
step packages python -m pip check
step deploy env SITE_ROLE=public INDEX_KEY= KEYRING_SECRET= KEYRING_DIR=/nonexistent SIGNING_KEY= VERIFY_KEY=$(printf %064d 1) python manage.py check --deploy --fail-level WARNING
if command -v xgettext >/dev/null; then
    step translations catalogues_are_whole
elif [ "${CI:-}" = true ]; then
    echo "translations FAULT: gettext is not installed" && exit 1
else
    echo "translations left out: gettext is not installed"
fi
