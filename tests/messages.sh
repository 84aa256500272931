#!/bin/sh
# Collect the words of the code into the .po files and compile them.
set -e
export SECRET_KEY=0123456789012345678901234567890123456789 INDEX_KEY=0123456789012345678901234567890123456789 KEYRING_SECRET=0123456789012345678901234567890123456789 SIGNING_KEY=0123456789012345678901234567890123456789 DATABASE_URL=sqlite://:memory: ALARM_TO=drift@example.dk
mkdir -p locale
python manage.py makemessages -l en -l ar -l so -l tr -l fa --no-location --no-wrap --no-obsolete \
    --ignore=.venv --ignore=var --ignore=static-built --ignore=tests --ignore=bench >/dev/null
# The date of collecting says nothing and would change every time.
sed -i '/^"POT-Creation-Date/d' locale/*/LC_MESSAGES/django.po
for po in locale/*/LC_MESSAGES/django.po; do
    msgfmt --check-format --check-domain -o "${po%.po}.mo" "$po"
done
