#!/bin/sh
# The relay's user may not read Let's Encrypt's directory: certbot runs this after each renewal, and deploy/install.sh
# once. /etc/letsencrypt/renewal-hooks/deploy/counselling-coturn
set -eu
cd /etc/letsencrypt/live/counselling.example.org
install -m 0640 -o root -g turnserver fullchain.pem privkey.pem /etc/coturn/
systemctl restart coturn # running calls are cut, every sixty days
