#!/usr/bin/perl
# Enters a place of its own and becomes a program there; docs/adr/0029-isolation.md says why in Perl.
#
#   perl enter.pl WORD... -- PROGRAM ARGUMENT...
#
# Words, in this order where there are several (SRC and DST absolute, without symbolic links):
#   arch x64|arm64            whose numbers the system calls have
#   errors FD | errors FILE   where to say "STEP ERRNO [WHAT]" when the program cannot be started; closed when it is
#   cgroup FILE               a cgroup.procs to enter
#   user UID GID              whom to become; as root only
#   namespaces LIST           of mount, user, pid, ipc, with commas
#   powerless                 without capabilities, and never to get any
#   readonly-root             everything that is not bound below is read-only
#   cover DIR                 an empty folder in place of DIR
#   bind SRC DST | readonly SRC DST | mask DST    SRC at DST; nothing at DST
#   proc hidden | proc own    a /proc that shows the processes of the user, or of the pid namespace, alone
#   scope                     no abstract sockets of other programs, where the kernel can (landlock)
#   cwd DIR
#
# The environment of the program is in variables whose names begin with "E:": none of it, as LD_PRELOAD, counts
# before the privileges are gone.
use strict;

# The modules `constant` and `warnings` would take longer to load than all the rest takes.
sub MS_RDONLY() { 1 }
sub MS_NOSUID() { 2 }
sub MS_NODEV() { 4 }
sub MS_BIND() { 0x1000 }
sub MS_REC() { 0x4000 }
sub MS_SLAVE() { 0x80000 }
sub O_PATH() { 0x200000 }
sub O_NOFOLLOW_X64() { 0x20000 }
sub O_NOFOLLOW_ARM64() { 0x8000 }
sub AT_FDCWD() { -100 }
sub AT_RECURSIVE() { 0x8000 }
sub ATTR_RDONLY() { 1 }
sub ATTR_NOSUID() { 2 }
sub PR_SET_DUMPABLE() { 4 }
sub PR_CAPBSET_DROP() { 24 }
sub PR_SET_NO_NEW_PRIVS() { 38 }
sub CAPABILITY_VERSION_3() { 0x20080522 }
my %CLONE = (mount => 0x20000, ipc => 0x8000000, user => 0x10000000, pid => 0x20000000);
my %NUMBERS = (
    x64 => { capset => 126, mount => 165, prctl => 157, setgroups => 116, setresgid => 119, setresuid => 117, unshare => 272 },
    arm64 => { capset => 91, mount => 40, prctl => 167, setgroups => 159, setresgid => 149, setresuid => 147, unshare => 97 },
);
# The same on every architecture.
my ($MOUNT_SETATTR, $LANDLOCK_CREATE, $LANDLOCK_RESTRICT) = (442, 444, 446);

my %word = (arch => '', errors => '', cgroup => '', namespaces => '', proc => '', cwd => '');
my (@user, @mounts, $readonly_root, $scope, $powerless);
while (defined(my $name = shift @ARGV)) {
    last if $name eq '--';
    if ($name eq 'user') { @user = (0 + shift @ARGV, 0 + shift @ARGV) }
    elsif ($name eq 'cover') { push @mounts, [$name, '', shift @ARGV] }
    elsif ($name eq 'bind' || $name eq 'readonly') { push @mounts, [$name, shift @ARGV, shift @ARGV] }
    elsif ($name eq 'mask') { push @mounts, [$name, '/dev/null', shift @ARGV] }
    elsif ($name eq 'readonly-root') { $readonly_root = 1 }
    elsif ($name eq 'scope') { $scope = 1 }
    elsif ($name eq 'powerless') { $powerless = 1 }
    elsif (exists $word{$name}) { $word{$name} = shift @ARGV }
    else { exit 125 }
}
my $call = $NUMBERS{$word{arch}} or exit 125;
my $nofollow = $word{arch} eq 'x64' ? O_NOFOLLOW_X64 : O_NOFOLLOW_ARM64;

# Opened while its path is there; closed by the kernel when the program begins.
my $errors;
if ($word{errors} =~ /^\d+$/) { open($errors, '>>&=', $word{errors}); fcntl($errors, 2, 1) }
elsif ($word{errors} ne '') { open($errors, '>>', $word{errors}) }

sub fail {
    my ($step, $what, $number) = ($_[0], $_[1] // '', 0 + $!);
    syswrite($errors, "$step $number $what\n") if $errors;
    exit($step eq 'exec' && $number != 2 ? 126 : 127);
}

sub attempt {
    my ($step, $result, $what) = @_;
    fail($step, $what) if !defined $result || $result == -1;
}

sub mount_at {
    my ($source, $target, $type, $flags, $data) = @_;
    return syscall($call->{mount}, $source, $target, $type, $flags, $data);
}

# Changes attributes of the mount at a path; of all below it as well with AT_RECURSIVE.
sub set_attributes {
    my ($path, $flags, $set, $clear) = @_;
    my $attributes = pack('Q4', $set, $clear, 0, 0);
    return syscall($MOUNT_SETATTR, AT_FDCWD, $path, $flags, $attributes, 32);
}

sub write_file {
    my ($path, $text) = @_;
    open(my $file, '>', $path) or return;
    defined(syswrite($file, $text)) or return;
    return close($file);
}

# Makes what something is to be mounted on. Whoever may write there must not lead us elsewhere by a link.
sub make_point {
    my ($path, $is_folder) = @_;
    my @names = grep { $_ ne '' } split m{/}, $path;
    my $at = '';
    while (defined(my $name = shift @names)) {
        $at .= "/$name";
        next if -d $at && !-l $at;
        if (!-l $at && !-e _) {
            if (@names || $is_folder) { mkdir($at, 0755) or fail('mount', $at) }
            else { open(my $file, '>', $at) or fail('mount', $at) }
        }
        elsif (-l $at || @names || $is_folder) { $! = 20; fail('mount', $at) }
    }
}

sub open_path {
    my ($path) = @_;
    sysopen(my $file, $path, O_PATH | $nofollow) or fail('mount', $path);
    return $file;
}

sub become_powerless {
    return if !$powerless;
    if (@user) {
        attempt('user', syscall($call->{setgroups}, 0, 0));
        attempt('user', syscall($call->{setresgid}, $user[1], $user[1], $user[1]));
    }
    # Ends with EINVAL behind the last one.
    for my $capability (0 .. 63) { last if syscall($call->{prctl}, PR_CAPBSET_DROP, $capability, 0, 0, 0) == -1 }
    attempt('user', syscall($call->{setresuid}, $user[0], $user[0], $user[0])) if @user;
    my ($header, $none) = (pack('Ll', CAPABILITY_VERSION_3, 0), pack('L6', 0, 0, 0, 0, 0, 0));
    attempt('user', syscall($call->{capset}, $header, $none));
    attempt('user', syscall($call->{prctl}, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

sub become_program {
    become_powerless();
    if ($scope) {
        my $rules = pack('Q3', 0, 0, 1);
        my $fd = syscall($LANDLOCK_CREATE, $rules, 24, 0);
        syscall($LANDLOCK_RESTRICT, $fd, 0) if $fd >= 0;
    }
    if ($word{cwd} ne '') { chdir($word{cwd}) or fail('cwd', $word{cwd}) }
    my %own = map { /^E:(.*)/s ? ($1 => $ENV{$_}) : () } keys %ENV;
    %ENV = %own;
    exec { $ARGV[0] } @ARGV;
    fail('exec');
}

# Lets go of the streams of the program, whose readers wait for their end.
sub close_streams {
    open(STDIN, '<', '/dev/null');
    open(STDOUT, '>', '/dev/null');
    open(STDERR, '>', '/dev/null');
    close($errors) if $errors;
}

attempt('cgroup', write_file($word{cgroup}, '0') ? 0 : -1, $word{cgroup}) if $word{cgroup} ne '';
if (@user) {
    # What it opens by name through /dev/stdin and its like has to be its own.
    for my $stream (\*STDIN, \*STDOUT, \*STDERR) {
        chown($user[0], $user[1], $stream) if -p $stream || -t $stream || (-f $stream && $stream != \*STDIN);
    }
}

my %namespaces = map { $_ => 1 } split /,/, $word{namespaces};
if (%namespaces) {
    my $flags = 0;
    $flags |= $CLONE{$_} for keys %namespaces;
    my ($uid, $gid) = ($<, 0 + $();
    attempt('namespaces', syscall($call->{unshare}, $flags));
    if ($namespaces{user}) {
        write_file('/proc/self/setgroups', 'deny');
        attempt('namespaces', write_file('/proc/self/uid_map', "$uid $uid 1") ? 0 : -1, 'uid_map');
        attempt('namespaces', write_file('/proc/self/gid_map', "$gid $gid 1") ? 0 : -1, 'gid_map');
    }
}
if ($namespaces{mount}) {
    attempt('mount', mount_at(0, '/', 0, MS_REC | MS_SLAVE, 0), '/');
    # Opened before they are covered.
    for my $mount (grep { $_->[1] ne '' } @mounts) { push @$mount, open_path($mount->[1]), -d $mount->[1] }
    attempt('mount', set_attributes('/', AT_RECURSIVE, ATTR_RDONLY, 0), 'readonly-root') if $readonly_root;
    for my $mount (@mounts) {
        my ($kind, undef, $to, $file, $is_folder) = @$mount;
        make_point($to, $kind eq 'cover' || $is_folder);
        if ($kind eq 'cover') {
            attempt('mount', mount_at('none', $to, 'tmpfs', MS_NOSUID | MS_NODEV, 'mode=0755,size=1m'), $to);
            next;
        }
        attempt('mount', mount_at('/proc/self/fd/' . fileno($file), $to, 0, MS_BIND | MS_REC, 0), $to);
        next if $kind eq 'mask';
        my ($set, $clear) = $kind eq 'bind' ? (ATTR_NOSUID, ATTR_RDONLY) : (ATTR_NOSUID | ATTR_RDONLY, 0);
        attempt('mount', set_attributes($to, AT_RECURSIVE, $set, $clear), $to);
    }
    # Behind what was made in them.
    for my $mount (grep { $_->[0] eq 'cover' } @mounts) {
        attempt('mount', set_attributes($mount->[2], 0, ATTR_RDONLY, 0), $mount->[2]);
    }
    if (-d '/dev/shm') {
        attempt('mount', mount_at('none', '/dev/shm', 'tmpfs', MS_NOSUID | MS_NODEV, 'mode=1777'), '/dev/shm');
    }
}
my $hidden = $word{proc} eq 'hidden' ? 'hidepid=invisible' : 0;
sub mount_proc { attempt('mount', mount_at('proc', '/proc', 'proc', MS_NOSUID | MS_NODEV | 8, $hidden), '/proc') }

if (!$namespaces{pid}) {
    mount_proc() if $word{proc} ne '';
    become_program();
}

# A pid namespace ends with its first process. That one collects orphans and outlives the program as long as
# there are others; this one, outside, ends when the program does and exactly as it did.
pipe(my $outcome, my $tell) or fail('namespaces');
my $init = fork();
attempt('namespaces', defined $init ? 0 : -1);
if ($init == 0) {
    close($outcome);
    mount_proc() if $word{proc} ne '';
    my $program = fork();
    attempt('namespaces', defined $program ? 0 : -1);
    if ($program == 0) { close($tell); become_program() }
    close_streams();
    become_powerless();
    syscall($call->{prctl}, PR_SET_DUMPABLE, 0, 0, 0, 0);
    $0 = 'rig-relay';
    # Signals to the group reach the program itself, unless it is a shell that has made a group of its own.
    my $group = getpgrp(0);
    for my $name (qw(HUP INT QUIT USR1 USR2 TERM)) {
        $SIG{$name} = sub { kill($name, $program) if getpgrp($program) != $group };
    }
    while ((my $ended = wait()) != -1) {
        next if $ended != $program;
        my ($status, $left) = ($?);
        do { $left = waitpid(-1, 1) } while $left > 0;
        syswrite($tell, $left == -1 ? "$status alone" : "$status");
        exit 0 if $left == -1;
        close($tell);
    }
    exit 0;
}
# Signals are for the program, which is in the same process group.
$SIG{$_} = 'IGNORE' for qw(INT QUIT USR1 USR2 ALRM TERM TSTP TTIN TTOU PIPE VTALRM PROF XCPU XFSZ IO PWR);
# The end of a terminal is told to the first process of its session alone, which is this one.
$SIG{HUP} = sub { $SIG{HUP} = 'IGNORE'; kill('HUP', -getpgrp(0)) };
close($tell);
close_streams();
become_powerless();
syscall($call->{prctl}, PR_SET_DUMPABLE, 0, 0, 0, 0);
$0 = 'rig-relay';
my $said = '';
for (;;) {
    my $read = sysread($outcome, my $part, 16);
    next if !defined $read && $! == 4;
    last if !$read;
    $said .= $part;
}
# Nobody could tell: it was ended by force, together with all others.
my ($status, $alone) = split / /, $said eq '' ? '9 alone' : $said;
# Collected here: whoever gets what is left behind may not do so.
waitpid($init, 0) if $alone;
if (my $signal = $status & 127) {
    my @names = qw(ZERO HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP
        TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS);
    $SIG{$names[$signal]} = 'DEFAULT' if defined $names[$signal];
    kill($signal, $$);
    exit(128 + $signal);
}
exit($status >> 8);
