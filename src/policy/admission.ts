/** Who is before his sign-in now, and who waits for a place; facts, gathered at the moment of asking. */
export interface Arrivals {
  /** Addresses of the connections that have not signed in yet. */
  readonly unauthenticated: readonly string[];
  /** How many connection processes are just being started: that is what costs the processor most. */
  readonly starting: number;
  readonly limits: { readonly perAddress: number; readonly inAll: number; readonly starting: number };
}

export type Admission =
  | { readonly is: "admitted" }
  /** There may be a place; the processor has its hands full with those who came before. */
  | { readonly is: "queued" }
  | { readonly is: "wait"; readonly scope: "address" | "all"; readonly limit: number };

/** Whether a newcomer of this address may begin. */
export function admit(arrivals: Arrivals, address: string): Admission {
  const { perAddress, inAll, starting } = arrivals.limits;
  if (!(arrivals.starting < starting)) return { is: "queued" };
  if (!(arrivals.unauthenticated.length < inAll)) return { is: "wait", scope: "all", limit: inAll };
  const ofAddress = arrivals.unauthenticated.filter((each) => each === address).length;
  if (!(ofAddress < perAddress)) return { is: "wait", scope: "address", limit: perAddress };
  return { is: "admitted" };
}
