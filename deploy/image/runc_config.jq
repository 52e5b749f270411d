# Turns the config.json that umoci makes into one with the least that a node needs. docs/node_image.md says why.

def bind($from; $to; $options):
  {destination: $to, type: "bind", source: $from, options: (["bind", "nosuid", "nodev", "noexec"] + $options)};

# System calls that no node makes and that exploits of the kernel like; with an error, the process lives on.
def denied_calls:
  ["acct", "add_key", "bpf", "chroot", "delete_module", "fanotify_init", "finit_module", "fsconfig", "fsmount",
   "fsopen", "fspick", "init_module", "io_uring_enter", "io_uring_register", "io_uring_setup", "kcmp",
   "kexec_file_load", "kexec_load", "keyctl", "mount", "mount_setattr", "move_mount", "name_to_handle_at",
   "open_by_handle_at", "open_tree", "perf_event_open", "personality", "pidfd_getfd", "pivot_root",
   "process_vm_readv", "process_vm_writev", "ptrace", "quotactl", "reboot", "request_key", "setns", "swapoff",
   "swapon", "syslog", "umount2", "unshare", "userfaultfd", "vmsplice"];

def new_user_namespace: 268435456; # CLONE_NEWUSER

.process.terminal = false
| .process.noNewPrivileges = true
| .process.capabilities = {bounding: [], effective: [], inheritable: [], permitted: [], ambient: []}
# RocksDB keeps its files open; a core dump would hold data and keys.
| .process.rlimits = [{type: "RLIMIT_NOFILE", soft: $files, hard: $files}, {type: "RLIMIT_CORE", soft: 0, hard: 0}]
| .root.readonly = true
| .hostname = "agency-node"
| .mounts = [
    {destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "nodev", "noexec"]},
    {destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "noexec", "mode=755", "size=64k"]},
    {destination: "/tmp", type: "tmpfs", source: "tmpfs",
     options: ["nosuid", "nodev", "noexec", "mode=1777", "size=64m"]},
    bind("/etc/hosts"; "/etc/hosts"; ["ro"]),
    bind("/etc/resolv.conf"; "/etc/resolv.conf"; ["ro"]),
    bind($config; "/etc/fusionhub"; ["ro"]),
    bind($keys; "/srv/fusionhub/keys"; ["ro"]),
    bind($policy; "/srv/fusionhub/policy"; ["ro"]),
    bind($records; "/srv/fusionhub/records"; ["ro"]),
    bind($data; "/var/lib/fusionhub"; ["rw"])
  ]
# No network namespace: the node dials the hub from the host's address, and its metrics are on the host's loopback.
| .linux.namespaces = [{type: "pid"}, {type: "ipc"}, {type: "uts"}, {type: "mount"}]
| .linux.resources.pids = {limit: 512}
| .linux.seccomp = {
    defaultAction: "SCMP_ACT_ALLOW",
    syscalls: [
      {names: denied_calls, action: "SCMP_ACT_ERRNO", errnoRet: 1},
      # clone3 hides its flags from the filter; the C library falls back to clone when it is unknown (ENOSYS).
      {names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: 38},
      {names: ["clone"], action: "SCMP_ACT_ERRNO", errnoRet: 1,
       args: [{index: 0, value: new_user_namespace, valueTwo: new_user_namespace, op: "SCMP_CMP_MASKED_EQ"}]}
    ]
  }
