import type { HostAndPort } from "#contracts/orders.ts";

/** Reads HOST, HOST:PORT, an IPv6 address, or [IPv6]:PORT; without a port it is RDP's. */
export function hostAndPort(text: string): HostAndPort | { readonly problem: string } {
  if (/^[a-z]+:\/\//iu.test(text)) return { problem: `“${text}” is a web address: give HOST or HOST:PORT.` };
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/su.exec(text);
  if (bracketed !== null) return checked(text, bracketed[1] ?? "", bracketed[2]);
  const parts = text.split(":");
  // More than one colon: an IPv6 address, which has no port unless it stands in brackets.
  return parts.length === 2 ? checked(text, parts[0] ?? "", parts[1]) : checked(text, text, undefined);
}

function checked(text: string, host: string, portText: string | undefined): HostAndPort | { readonly problem: string } {
  const port = portText === undefined ? rdpPort : /^\d{1,5}$/u.test(portText) ? Number(portText) : 0;
  if (host === "" || /[\s/@\p{Cc}]/u.test(host) || 255 < host.length) return { problem: `“${text}” names no host.` };
  if (port < 1 || 65_535 < port) return { problem: `“${text}” has no port from 1 to 65535 behind its colon.` };
  return { host, port };
}

const rdpPort = 3389;
