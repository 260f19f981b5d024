import { seconds } from "./units.ts";

/**
 * Every named limit of the product, by the room that it belongs to. Lengths in bytes, counts in items, unless the name
 * says else.
 */
export const limits = {
  /** One TPKT or fast-path message from a client: 15 bits of length, and MCS adds nothing on top. */
  wireMessageBytes: 0x7fff,
  /** One TPKT message from a server: all that its 16 bits of length can say. */
  serverMessageBytes: 0xffff,
  /** One CredSSP message (a DER sequence) before MCS; Kerberos tickets make them long. */
  credSspMessageBytes: 0x1_0000,
  /** What the MCS connect messages carry: all conference blocks of one side. */
  conferenceDataBytes: 0x4000,
  /** Blocks in it: fewer than 10 are known, and each may come once. */
  conferenceBlocks: 32,
  /** A proprietary certificate, or a chain of X.509 certificates, of standard RDP security. */
  serverCertificateBytes: 0x4000,
  /** The client random, encrypted: the modulus of the largest key, and 8 bytes of zeros. */
  encryptedRandomBytes: 520,
  /** Domain, user name, password, shell and folder in the client info, each in bytes with its terminator. */
  clientInfoTextBytes: 512,
  clientAddressBytes: 80,
  timeZoneKeyNameBytes: 254,
  /** A binary blob in a licensing message. */
  licenseBlobBytes: 0x4000,
  licenseScopes: 64,
  /** A cookie or routing token in the X.224 request. */
  routingTokenBytes: 1024,
  monitors: 16,
  staticChannels: 31,
  /** A whole static-channel message after reassembly. */
  channelMessageBytes: 16 << 20,
  /** Chunks of one static-channel message: whole messages of 16 MiB in chunks of 256 bytes. */
  channelChunks: 1 << 16,
  dynamicChannels: 256,
  dynamicChannelNameBytes: 255,
  /** What the dynamic channels of one connection may hold of messages that are not whole yet. */
  dynamicReassemblyBytes: 32 << 20,
  /** Tunnels of one soft-sync message. */
  softSyncTunnels: 8,
  /** One RDPGFX command: an uncompressed picture of 4096x4096. */
  graphicsCommandBytes: 64 << 20,
  /** RDPGFX commands in one message. */
  graphicsCommands: 1 << 16,
  /** Rectangles or points of one RDPGFX command: its count field has 16 bits. */
  graphicsTargets: 0xffff,
  graphicsCapabilitySets: 32,
  /** The unread part of an RDPGFX capability set of a version that is not known here. */
  graphicsCapabilityBytes: 256,
  /** MS-RDPEGFX 2.2.2.16. */
  graphicsCacheEntries: 5462,
  /** Width or height of all monitors together. MS-RDPEGFX 2.2.2.14. */
  graphicsOutputSize: 32766,
  /** Pixels of all surfaces together that a client of ours keeps for a server. */
  clientSurfacePixels: 64 << 20,
  /** What such a client keeps in its bitmap cache. MS-RDPEGFX 3.3.1.4 */
  clientCacheBytes: 100 << 20,
  /** A message of the graphics channel after RDP 8.0 bulk decompression. */
  decompressedMessageBytes: 64 << 20,
  desktopWidth: 8192,
  desktopHeight: 8192,
  /** One block of a RemoteFX or progressive stream. */
  remoteFxBlockBytes: 64 << 20,
  /** Blocks in one stream of a frame. */
  remoteFxBlocks: 1024,
  /** Tiles of 64×64 in one frame: the largest desktop. */
  remoteFxTiles: 128 * 128,
  /** Rectangles that a RemoteFX region paints. */
  remoteFxRectangles: 128 * 128,
  /** One message of a contract between our processes, as a line of JSON. */
  contractLineBytes: 1 << 20,
  /** What a process keeps for a peer that does not read; then it lets the peer go. */
  contractQueueBytes: 4 << 20,
  /** Sessions, and connections, in one reply: a line has room for them, at 500 bytes each. */
  sessionsInPage: 1000,
  /** Of those who hold the seats, in the list that a newcomer chooses from. */
  seatHoldersShown: 500,
  /** Calls of one peer that are being answered at the same time. */
  contractCallsOpen: 64,
  /** The silence of a peer that has connected and not yet said which contract it speaks. */
  contractHello: seconds(5),
  /** For a peer to read what it was told last before its socket is closed. */
  contractFarewell: seconds(1),
  /** Characters of a message box in a session: more than a screen of 640 by 480 has room for. */
  messageBoxCharacters: 2000,
  messageBoxTitleCharacters: 100,
  messageBoxButtons: 4,
  /** How long PAM may take to open a session: it may mount a home folder from the network meanwhile. */
  pamOpensSeconds: 40,
  /** How long a message may stand, in seconds. */
  messageSeconds: 3600,
  /** Boxes that stand over one session, the newest on top; the oldest go. */
  messageBoxes: 16,
  /** Capability sets in one Demand or Confirm Active; Windows sends up to 28. */
  capabilitySets: 64,
  capabilitySetBytes: 4096,
  bitmapCodecs: 16,
  remoteFxModes: 16,
  /** Keys in one Persistent Key List PDU: it should be 169 (MS-RDPBCGR 2.2.1.17.1), FreeRDP 3 sends up to these. */
  persistentKeysPerMessage: 2042,
  /** Events in one slow-path input message; a full message has room for fewer. */
  inputEvents: 4096,
  /** A pointer's masks: 384 x 384 pixels of 4 bytes. */
  pointerMaskBytes: 384 * 384 * 4,
  /** Width or height of a pointer, in pixels. */
  pointerSide: 384,
  /** A server's update after its fragments are put together, as a client takes it. */
  updateBytes: 64 << 20,
  bitmapRectangles: 4096,
  /** One of the texts and blobs of a Server Redirection. */
  redirectionFieldBytes: 16384,
  redirectionAddresses: 64,
  credSspTokens: 4,
  spnegoMechanisms: 16,
  /** One attribute (AV_PAIR) in an NTLM message, and how many of them. */
  ntlmAttributeBytes: 4096,
  ntlmAttributes: 32,
  /** A picture for somebody who has not signed in: pixels in all, and what a larger wish is cut to. */
  strangersPixels: 4096 * 2304,
  strangersWidth: 4096,
  strangersHeight: 2304,
  /** Phases and waits of one connection that it remembers; it tells of itself, so that both have an end. */
  journeyPhases: 32,
  journeyWaits: 32,
  /** Events that wait for a disk that takes none, and those that followers can still get; the oldest go. */
  eventsUnwritten: 1000,
  eventsRecent: 2000,
  /** Records and events in one answer. */
  recordsAnswered: 20,
  eventsAnswered: 500,
  /** `holdfast.toml`, and a file of policies that is imported. */
  policyFileBytes: 4 << 20,
  /** Policies, and accounts with settings of their own, in one file. */
  policies: 1000,
  /** Users and groups that one policy or right names. */
  policyPrincipals: 10_000,
  /** Values in one file that is imported. */
  importedValues: 100_000,
  /** Data of one value of Registry.pol. MS-GPREG 2.2.1 */
  registryDataBytes: 0xffff,
  /** Characters of a registry key's path, and of a value's name (Windows: 255 a level, 259 with its end). */
  registryKeyCharacters: 16_384,
  registryNameCharacters: 259,
  /** One message in a trace: what a server may send in one. */
  traceMessageBytes: 0x1_0000,
  /** A text in a trace, and the facts of one record; longer ones are cut. */
  traceTextBytes: 4096,
  traceFacts: 64,
  /** One record: a message and its header, or facts that are all as long as they may be. */
  traceRecordBytes: 1 << 20,
  /** Waits of all processes in one answer. */
  waitsAnswered: 2000,
  /** How long a refused client can be kept with the refusal on its screen, in seconds. */
  holdSeconds: 600,
  /** Of the messages of one probe that a trace keeps. */
  probeTraceBytes: 64 << 20,
  /** A trace that is read at once, packed or unpacked. */
  traceArchiveBytes: 1 << 30,
  /** Records of one file that are read at once. */
  replayRecords: 500_000,
  /** Pictures that one replay writes. */
  replayPictures: 2000,
  /** What a connection leaves of its records when it ends, and what a service keeps of all those. */
  traceLeftBytes: 128 << 10,
  tracesLeftBytes: 8 << 20,
  /** Bytes of the service's log before it begins a new one. */
  logFile: 16 << 20,
} as const;
