import type { ClientTraceOrder, DumpOrder, ProbeOrder, ReplayOrder } from "#contracts/orders.ts";
import type { WallTime } from "#base/units.ts";
import type { FolderOptions } from "#system/folders.ts";
import type { CommandLine } from "./commandLine.ts";

/** One command of `holdfast`: what the help, the documentation and the parser know of it, and what it does. */
export interface Command<Switch extends string = string> {
  /** Its words: "query session". */
  readonly name: string;
  /** The one-word name that Windows has for it too. */
  readonly alias?: string;
  readonly group: CommandGroup;
  /** What it does, in one line without a full stop. */
  readonly summary: string;
  /** The operands as the usage line shows them; empty when there are none. */
  readonly operands: string;
  readonly operandCount: { readonly from: number; readonly to: number };
  readonly switches: Readonly<Record<Switch, SwitchForm>>;
  /** What the summary leaves out, a paragraph each. */
  readonly details: readonly string[];
  readonly examples: readonly { readonly line: string; readonly does: string }[];
  readonly exits: Readonly<Partial<Record<ExitCode, string>>>;
  /** What `--json` prints, by an example of one line; absent: there is no `--json`. */
  readonly json?: string;
  run(given: CommandLine<Switch>, surroundings: Surroundings): Promise<Outcome>;
}

export interface SwitchForm {
  /** What stands for its value in the usage; absent: it has none. */
  readonly takes?: string;
  readonly means: string;
}

/** What a command needs of the world around it; `bin/holdfast.ts` gives the real one. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly userId: number;
  readonly userName: string;
  readonly hostName: string;
  readonly version: string;
  now(): WallTime;
  /** A line that nobody may see, from the terminal or else from standard input; undefined: there was none. */
  askSecret(question: string): Promise<string | undefined>;
  /** Writes at once what does not wait for the command's end. */
  print(text: string): Promise<void>;
  /** What is piped in; empty when nothing is. */
  readInput(): Promise<string>;
  /** Runs the service until it is told to stop, and gives its exit code. */
  serve(options: FolderOptions & { readonly listen?: string | undefined; readonly check?: boolean }): Promise<number>;
  /** Signs a user in on this host, and says where it fails. */
  testSignIn(order: {
    readonly folders: FolderOptions;
    readonly adminSocket: string;
    readonly user: string;
    readonly password: string;
    readonly json: boolean;
  }): Promise<Outcome>;
  /** Connects to RDP servers as a client, and says what it found. */
  probe(order: ProbeOrder): Promise<Outcome>;
  /** Probes a server, and makes an archive of what it saw. */
  clientTrace(order: ClientTraceOrder): Promise<Outcome>;
  /** Plays a trace. */
  replay(order: ReplayOrder): Promise<Outcome>;
  /** Looks at the host, and says what is wrong with it. */
  doctor(order: DoctorOrder): Promise<Outcome>;
  /** Takes a dump, or looks at those that there are. */
  dump(order: DumpCommand): Promise<Outcome>;
}

export interface DoctorOrder {
  readonly folders: FolderOptions;
  readonly json: boolean;
  /** Of this program. */
  readonly version: string;
}

/** What `dump` is to do, well formed. */
export type DumpCommand = {
  readonly folders: FolderOptions;
  readonly json: boolean;
  /** The folder of dumps; absent: `STATE/dumps`. */
  readonly out?: string | undefined;
  /** Of dumps to be looked at. */
  readonly names: readonly string[];
  /** Of this program. */
  readonly version: string;
  /** Writes at once. */
  readonly print: (text: string) => Promise<void>;
} & ({ readonly do: "list" | "show" | "compare" } | { readonly do: "take"; readonly order: DumpOrder });

/** What a command has to say, and its exit code. Texts end with a line feed. */
export interface Outcome {
  readonly exit: number;
  readonly out?: string;
  readonly error?: string;
}

/** 0 found or done, 1 nothing found or not done, 2 wrong usage, 5 denied: Windows' error number. */
export type ExitCode = 0 | 1 | 2 | 5;

export type CommandGroup = keyof typeof commandGroups;

/** In the order of the map. */
export const commandGroups = {
  look: "Look",
  act: "Act on a session",
  people: "People",
  service: "The service",
  policy: "Policy",
} as const;

export const serverSwitch: SwitchForm = {
  takes: "HOST",
  means: "The host to ask; only this one so far.",
};

/** Declares a command: its switches' names are the ones that `run` may ask for. */
export function command<const Switch extends string>(declared: Command<Switch>): Command<Switch> {
  return declared;
}
