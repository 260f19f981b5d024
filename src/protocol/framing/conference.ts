import type { Fixed, ValueOf } from "#base/bytes/codec.ts";
import { constantBytes, ignored, sizedBytes } from "#base/bytes/fields.ts";
import { u16be, u8 } from "#base/bytes/numbers.ts";
import { handwritten, struct } from "#base/bytes/struct.ts";
import { limits } from "#base/limits.ts";
import { perInteger, perLength } from "./per.ts";

/** The object identifier of T.124, version 1, by which GCC's ConnectData begins. */
const connectDataKey = constantBytes([0x00, 0x05, 0x00, 0x14, 0x7c, 0x00, 0x01], "the key of T.124");
const blocks = sizedBytes(perLength, { atMost: limits.conferenceDataBytes });

const requestBody = struct("ConferenceCreateRequest", "T.124 8.7", {
  choice: ignored(u8, 0x00),
  presentFields: ignored(u8, 0x08),
  conferenceName: conferenceName(),
  moreFields: ignored(u8, 0x00),
  userDataSets: ignored(u8, 1),
  userDataChoice: ignored(u8, 0xc0),
  userDataKey: constantBytes([0x00, 0x44, 0x75, 0x63, 0x61], 'the key "Duca"'),
  blocks,
});

/** GCC ConferenceCreateRequest around the client's data blocks (`gcc/clientBlocks.ts`); lent when read. */
export const conferenceCreateRequest = handwritten("ConferenceCreateRequest", "MS-RDPBCGR 2.2.1.3, T.124 8.7", {
  size: (value: ValueOf<typeof requestBody>) => {
    const bodyBytes = requestBody.size(value);
    return connectDataKey.size(undefined) + perLength.size(bodyBytes) + bodyBytes;
  },
  write: (writer, value) => {
    connectDataKey.write(writer, undefined);
    perLength.write(writer, requestBody.size(value));
    requestBody.write(writer, value);
  },
  read: (reader) => {
    connectDataKey.read(reader);
    // Clients differ in what this length counts; the one before the blocks is what matters.
    perLength.read(reader);
    return requestBody.read(reader);
  },
});

/** GCC ConferenceCreateResponse around the server's data blocks (`gcc/serverBlocks.ts`); lent when read. */
export const conferenceCreateResponse = struct("ConferenceCreateResponse", "MS-RDPBCGR 2.2.1.4, T.124 8.7", {
  key: connectDataKey,
  // Windows always says 42 here, whatever follows, and clients are told to ignore it.
  connectPduLength: ignored(perLength, 0x2a),
  choice: ignored(u8, 0x14),
  nodeId: ignored(u16be, 0x760a),
  tag: ignored(perInteger, 1),
  result: ignored(u8, 0),
  userDataSets: ignored(u8, 1),
  userDataChoice: ignored(u8, 0xc0),
  userDataKey: constantBytes([0x00, 0x4d, 0x63, 0x44, 0x6e], 'the key "McDn"'),
  blocks,
});

/** The conference's name: 1 to 255 digits, two to a byte; RDP's is always "1". */
function conferenceName(): Fixed {
  return {
    fixed: true,
    size: () => 2,
    write: (writer) => writer.u16be(0x0010),
    read: (reader) => void reader.take((reader.u8() + 2) >>> 1),
  };
}
