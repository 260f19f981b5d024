import type { Outcome, Surroundings } from "./command.ts";

/** Somebody to sign in as; empty: nobody. */
export interface AskedUser {
  readonly user: string;
  readonly domain: string;
  readonly password: string;
}

/**
 * `name`: as `--user` has it, NAME or DOMAIN\\NAME; empty: nobody. The password is asked for; without one it is an end.
 */
export async function askForUser(
  name: string,
  surroundings: Pick<Surroundings, "askSecret">,
): Promise<AskedUser | { readonly end: Outcome }> {
  if (name === "") return { user: "", domain: "", password: "" };
  const password = await surroundings.askSecret(`Password of ${name}: `);
  if (password === undefined || password === "") {
    return { end: { exit: 1, error: "There was no password: nobody was signed in.\n" } };
  }
  const [, domain = "", user = ""] = /^(?:([^\\]*)\\)?(.*)$/su.exec(name) ?? [];
  return { user, domain, password };
}
