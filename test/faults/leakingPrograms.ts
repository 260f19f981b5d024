/** Programs that leak one thing a second, for a session's start script. Perl is part of every Debian. */
export function leakingPrograms(folder: string): string {
  return Object.entries(programs)
    .map(
      ([name, code]) =>
        `cat > ${folder}/${name} <<'END'\n#!/usr/bin/perl\n$| = 1;\n${code}\nEND\nchmod 755 ${folder}/${name}\n${folder}/${name} &`,
    )
    .join("\n");
}

/** By the name that their processes have. */
const programs = {
  leakMemory: `while (1) { push @kept, "x" x 1_500_000; ${pause()} }`,
  leakFiles: `while (1) { for (1..3) { open my $file, "<", "/dev/null"; push @kept, $file } ${pause()} }`,
  leakChilds: `while (1) { if (fork() == 0) { exec "sleep", "600" } ${pause()} }`,
  leakSegments: `while (1) { my $id = shmget(0, 1 << 20, 0600); shmwrite($id, "x" x (1 << 20), 0, 1 << 20); ${pause()} }`,
  // An X client of its own: pixmaps of 512 × 512 that are drawn into and never freed.
  leakPixmaps: `
use Socket;
open my $authority, "<", $ENV{XAUTHORITY}; binmode $authority; read $authority, my $entry, 4096;
my ($display) = $ENV{DISPLAY} =~ /:(\\d+)/;
socket(X, PF_UNIX, SOCK_STREAM, 0); connect(X, sockaddr_un("/tmp/.X11-unix/X$display")) or die; binmode X;
sub take { my $got = ""; while (length $got < $_[0]) { sysread(X, $got, $_[0] - length $got, length $got) or die } $got }
syswrite X, pack("a1 x v v v v x2 a20 a16", "l", 11, 0, 18, 16, "MIT-MAGIC-COOKIE-1", substr($entry, -16));
my $setup = take(4 * unpack "x6 v", take(8));
my ($base, $vendor, $formats) = unpack "x4 V x8 v x3 C", $setup;
my $root = unpack "V", substr $setup, 32 + 4 * int(($vendor + 3) / 4) + 8 * $formats;
syswrite X, pack("C x v V V V", 55, 4, $base, $root, 0);
while (1) {
  my $pixmap = $base + ++$count;
  syswrite X, pack("C C v V V v v", 53, 24, 4, $pixmap, $root, 512, 512);
  syswrite X, pack("C x v V V v v v v", 70, 5, $pixmap, $base, 0, 0, 512, 512);
  ${pause()}
}`,
};

function pause(): string {
  return "select undef, undef, undef, 0.9;";
}
