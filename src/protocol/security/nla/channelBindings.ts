import { encode } from "#base/bytes/codec.ts";
import { u32le } from "#base/bytes/numbers.ts";
import { utf8Bytes } from "#base/bytes/text.ts";
import { md5 } from "#base/hash/md5.ts";

/**
 * What MsvAvChannelBindings says about a TLS channel: MD5 of a gss_channel_bindings_struct without addresses around
 * "tls-server-end-point:" and the hash of the server's certificate. 16 bytes. MS-NLMP 2.2.2.1, RFC 5929 section 4.
 */
export function channelBindings(certificateHash: Uint8Array): Uint8Array {
  const prefix = utf8Bytes("tls-server-end-point:");
  const length = encode(u32le, prefix.length + certificateHash.length);
  return md5(Uint8Array.of(...new Uint8Array(16), ...length, ...prefix, ...certificateHash));
}
