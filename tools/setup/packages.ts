/** What a run of the project is for: serving desktops, running every test, or measuring beside the peers. */
export type Purpose = "serve" | "test" | "bench";

/** A package of Debian that something here needs. */
export interface NeededPackage {
  /** Its names over the releases, the newest first; any one of them will do. */
  readonly names: readonly [string, ...string[]];
  /** What uses it, for the one who is asked to install it. */
  readonly why: string;
  readonly for: Purpose;
  /** Useful where it is, and never installed from here. */
  readonly optional?: true;
}

/** Every package of the operating system that is used, in the order of what fails first without it. */
export const neededPackages: readonly NeededPackage[] = [
  { names: ["xvfb"], for: "serve", why: "the X server of each session" },
  { names: ["xkb-data"], for: "serve", why: "the keyboard layouts of the X server" },
  {
    names: ["x11-xkb-utils"],
    for: "serve",
    why: "xkbcomp for the X server, setxkbmap for the client's keyboard layout",
  },
  { names: ["libpam0g"], for: "serve", why: "signing users in" },
  { names: ["libpam-modules"], for: "serve", why: "the rules that /etc/pam.d/holdfast names" },
  { names: ["libpam-runtime"], for: "serve", why: "the host's own sign-in rules (common-auth and its like)" },
  { names: ["util-linux"], for: "serve", why: "setpriv, which starts the programs of a session as their user" },
  { names: ["dbus-daemon", "dbus"], for: "serve", why: "a message bus for each session" },
  { names: ["icewm"], for: "serve", why: "a small desktop for those who have chosen none" },
  { names: ["xterm"], for: "serve", why: "a terminal on that desktop" },
  { names: ["fonts-dejavu-core"], for: "serve", why: "letters for the programs on it" },
  {
    names: ["libopenh264-7"],
    for: "serve",
    why: "H.264 for films, under the BSD licence; without it they cost the line more",
    optional: true,
  },
  { names: ["gdb"], for: "serve", why: "core dumps and stacks, where holdfast dump is asked for them", optional: true },
  { names: ["freerdp3-x11", "freerdp2-x11"], for: "test", why: "xfreerdp, a real client" },
  { names: ["rdesktop"], for: "test", why: "rdesktop, a real client of the old school" },
  { names: ["xdotool"], for: "test", why: "typing and clicking into real clients" },
  { names: ["x11-utils"], for: "test", why: "xdpyinfo and xprop, which see the desktop from outside" },
  { names: ["openssl"], for: "test", why: "certificates made by somebody else" },
  { names: ["iproute2"], for: "test", why: "ip, which makes networks of a test's own that can be cut" },
  { names: ["xtrlock"], for: "test", why: "a screen locker, which a returning client must find locked" },
  { names: ["libopenh264-7"], for: "test", why: "films by the encoder that is the default" },
  { names: ["gdb"], for: "test", why: "core dumps, which holdfast dump takes with it" },
  { names: ["passwd"], for: "test", why: "users made for a test" },
  { names: ["xrdp"], for: "bench", why: "the peer to measure beside", optional: true },
  {
    names: ["freerdp2-shadow-x11"],
    for: "bench",
    why: "freerdp-shadow-cli, another peer to measure beside",
    optional: true,
  },
];

/** Those that `purpose` cannot do without; tests and benches also serve. */
export function packagesFor(purpose: Purpose): readonly NeededPackage[] {
  const purposes: readonly Purpose[] = purpose === "serve" ? ["serve"] : ["serve", purpose];
  return neededPackages.filter((each) => purposes.includes(each.for) && each.optional !== true);
}
