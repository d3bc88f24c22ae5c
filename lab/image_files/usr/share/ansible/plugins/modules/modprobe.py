"""Takes the place of Ansible's own module: a host of the lab may load nothing, and its machine has loaded what it has."""

from ansible.module_utils.basic import AnsibleModule

OPTIONS = {"name": {"required": True}, "params": {}, "state": {}, "persistent": {}}

if __name__ == "__main__":
    AnsibleModule(OPTIONS, supports_check_mode=True).exit_json(changed=False)
