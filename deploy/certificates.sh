#!/bin/sh
# Makes the certificates by which the machines of a cluster know each other, once, into the folder that is given.
# The key that signed them is not kept: for more machines, copy the three files, or make all of them anew.
set -eu
folder=$1
[ -f "$folder/ca.pem" ] && exit 0
umask 077
made=$(mktemp -d "$folder/.made.XXXXXX")
trap 'rm -rf "$made"' EXIT
curve="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
openssl req -x509 $curve -days 3650 -subj "/CN=Septum" -keyout "$made/ca-key.pem" -out "$made/ca.pem"
openssl req $curve -subj "/CN=node" -keyout "$made/key.pem" -out "$made/node.csr"
openssl x509 -req -in "$made/node.csr" -CA "$made/ca.pem" -CAkey "$made/ca-key.pem" -CAcreateserial -days 825 \
    -out "$made/cert.pem"
mv "$made/key.pem" "$made/cert.pem" "$folder"
mv "$made/ca.pem" "$folder" # the last: whoever is cut off before begins anew
