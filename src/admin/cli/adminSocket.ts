import { adminContract } from "#contracts/admin.ts";
import { connectContract, type ContractClient } from "#system/rpc/connectContract.ts";
import { CallFailed, ConnectFailed } from "#system/rpc/failures.ts";
import { adminSocketPath } from "./adminSocketPath.ts";
import type { Outcome, Surroundings } from "./command.ts";
import type { CommandLine } from "./commandLine.ts";

export type Admin = ContractClient<typeof adminContract>;

/** Connects to the service, lets `act` ask it, and closes. What fails becomes a sentence with the next command. */
export async function withAdmin(
  given: CommandLine<never>,
  surroundings: Surroundings,
  act: (admin: Admin) => Promise<Outcome>,
): Promise<Outcome> {
  const path = adminSocketPath(given.folders, surroundings);
  let admin: Admin | undefined;
  try {
    admin = await connectContract(adminContract, path, {});
    return await act(admin);
  } catch (error) {
    if (error instanceof ConnectFailed) return explainConnect(error, path, given, surroundings);
    if (error instanceof CallFailed) return explainCall(error);
    throw error;
  } finally {
    admin?.close();
  }
}

function explainConnect(
  { cause, message }: ConnectFailed,
  path: string,
  { folders }: CommandLine<never>,
  { userName }: Surroundings,
): Outcome {
  const code = cause.is === "unreachable" ? cause.code : undefined;
  if (code === "EACCES" || code === "EPERM") {
    return { exit: 5, error: `Error [5]:Access is denied.\n${path} does not let “${userName}” in.\n` };
  }
  const start = folders.run === undefined ? "holdfast serve" : `holdfast serve --run ${folders.run}`;
  if (code === "ENOENT" || code === "ECONNREFUSED") {
    return { exit: 1, error: `Holdfast is not running: nobody answers at ${path}. Start it: ${start}\n` };
  }
  return {
    exit: 1,
    error: `Holdfast cannot be asked: ${message}. If it is of another version, restart it: ${start}\n`,
  };
}

function explainCall({ cause, message }: CallFailed): Outcome {
  const again = cause.is === "deadline" || cause.is === "closed" ? " Try again, or see: holdfast status" : "";
  return { exit: 1, error: `The service did not answer: ${message}.${again}\n` };
}
