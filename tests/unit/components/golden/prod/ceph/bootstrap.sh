#!/bin/sh
# Managed by openstack-cloud: bootstraps the Ceph cluster once.
set -eu
begun=/var/lib/openstack-cloud/ceph/bootstrapping
if [ -e /etc/ceph/ceph.client.admin.keyring ] && [ ! -e "$begun" ]; then
    exec timeout 60 ceph --connect-timeout 30 quorum_status >/dev/null
fi
if [ -e "$begun" ] && [ -d /var/lib/ceph/31e58dc7-bcaf-5f33-afa0-50f52c2b9639 ]; then
    if ls -d /var/lib/ceph/31e58dc7-bcaf-5f33-afa0-50f52c2b9639/osd.* >/dev/null 2>&1; then
        echo "an unfinished bootstrap of 31e58dc7-bcaf-5f33-afa0-50f52c2b9639 has OSDs: nothing is removed; look at it by hand" >&2
        exit 1
    fi
    cephadm rm-cluster --force --fsid 31e58dc7-bcaf-5f33-afa0-50f52c2b9639
fi
: >"$begun"
cephadm --image quay.io/ceph/ceph:v19.2.3 bootstrap --fsid 31e58dc7-bcaf-5f33-afa0-50f52c2b9639 --mon-ip 10.10.20.41 --cluster-network 10.10.50.0/24 --ssh-user cephadm --ssh-private-key /var/lib/openstack-cloud/ceph/id_ed25519 --ssh-public-key /var/lib/openstack-cloud/ceph/id_ed25519.pub --output-config /etc/ceph/ceph.conf --output-keyring /etc/ceph/ceph.client.admin.keyring --skip-dashboard --skip-monitoring-stack --skip-firewalld
rm "$begun"
