/**
 * Listening sockets that were open before this program began, as descriptors by the address that they were made for.
 */
export type InheritedSockets = ReadonlyMap<string, number>;

/**
 * What an earlier image of this process has left open, and takes the words about it out of `environment`, so that
 * programs which we start know nothing of it.
 */
export function takeInheritedSockets(environment: Record<string, string | undefined>): InheritedSockets {
  const words = environment[variable];
  delete environment[variable];
  if (words === undefined) return new Map();
  const entries = words.split(" ").map((word) => {
    const [descriptor = "", address = ""] = word.split("=");
    return [address, Number(descriptor)] as const;
  });
  return new Map(entries.filter(([address, descriptor]) => address !== "" && Number.isInteger(descriptor)));
}

/** The environment for the image that takes them over. */
export function withInheritedSockets(environment: NodeJS.ProcessEnv, sockets: InheritedSockets): NodeJS.ProcessEnv {
  const words = Array.from(sockets, ([address, descriptor]) => `${descriptor}=${address}`).join(" ");
  return { ...environment, [variable]: words };
}

const variable = "HOLDFAST_SOCKETS";
