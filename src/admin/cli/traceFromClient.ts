import { askForUser } from "./askForUser.ts";
import type { Outcome, Surroundings } from "./command.ts";
import { hostAndPort } from "./hostAndPort.ts";

/** `trace start --scenario client`, on the client's own computer: no service is asked. */
export async function traceFromClient(
  given: { readonly host: string; readonly user: string; readonly folder: string } & {
    readonly pictures: boolean;
    readonly json: boolean;
  },
  surroundings: Surroundings,
): Promise<Outcome | { readonly problem: string }> {
  const target = hostAndPort(given.host);
  if ("problem" in target) return target;
  const asked = await askForUser(given.user, surroundings);
  if ("end" in asked) return asked.end;
  const { version, hostName } = surroundings;
  const { folder, pictures, json } = given;
  return surroundings.clientTrace({ target, ...asked, folder, pictures, json, version, hostName });
}
