/** Where to listen. `host` without brackets; port 0 lets the system choose. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Of "0.0.0.0:3389", "[::]:3389", "3390" or ":3390"; or what is wrong with it. */
export function parseListenAddress(text: string): ListenAddress | { readonly problem: string } {
  const match = /^(?:(?<host>\[[^\]]+\]|[^:[\]]*):)?(?<port>\d{1,5})$/u.exec(text.trim());
  const port = Number(match?.groups?.["port"] ?? NaN);
  if (!(0 <= port && port <= 65535)) {
    return { problem: `“${text}” is no address: write address:port, for example 0.0.0.0:3389 or [::]:3389` };
  }
  const host = (match?.groups?.["host"] ?? "").replace(/^\[|\]$/gu, "");
  return { host: host === "" ? "0.0.0.0" : host, port };
}
