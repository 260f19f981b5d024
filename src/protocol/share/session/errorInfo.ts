/** What a Set Error Info PDU can say: its number, its name in the specification, its meaning. */
export interface ErrorInfoEntry {
  readonly code: number;
  /** Without ERRINFO_ in front. */
  readonly name: string;
  /** One line, without a full stop. */
  readonly meaning: string;
}

const entry = (code: number, name: string, meaning: string): ErrorInfoEntry => ({ code, name, meaning });

/** Every reason that the server can give for a disconnection (MS-RDPBCGR 2.2.5.1.1). */
export const errorInfo = {
  none: entry(0x0, "NONE", "No error: an ordinary end"),
  disconnectedByAdministrator: entry(
    0x1,
    "RPC_INITIATED_DISCONNECT",
    "An administrator's tool in another session disconnected this one",
  ),
  signedOutByAdministrator: entry(
    0x2,
    "RPC_INITIATED_LOGOFF",
    "An administrator's tool in another session signed this one out",
  ),
  idleTimeout: entry(0x3, "IDLE_TIMEOUT", "The session was idle for as long as the server allows"),
  logonTimeout: entry(0x4, "LOGON_TIMEOUT", "The session was active for as long as the server allows"),
  disconnectedByOtherConnection: entry(0x5, "DISCONNECTED_BY_OTHER_CONNECTION", "Another client took over the session"),
  outOfMemory: entry(0x6, "OUT_OF_MEMORY", "The server has no memory left"),
  serverDeniedConnection: entry(0x7, "SERVER_DENIED_CONNECTION", "The server refuses the connection"),
  serverInsufficientPrivileges: entry(
    0x9,
    "SERVER_INSUFFICIENT_PRIVILEGES",
    "The user has no right to use this server remotely",
  ),
  serverFreshCredentialsRequired: entry(
    0xa,
    "SERVER_FRESH_CREDENTIALS_REQUIRED",
    "Saved credentials are not accepted: they must be typed",
  ),
  disconnectedByUser: entry(0xb, "RPC_INITIATED_DISCONNECT_BYUSER", "The user disconnected from inside the session"),
  logoffByUser: entry(0xc, "LOGOFF_BY_USER", "The user signed out"),
  closeStackOnDriverNotReady: entry(
    0xf,
    "CLOSE_STACK_ON_DRIVER_NOT_READY",
    "The display driver gave no sign of life in time",
  ),
  serverDwmCrash: entry(0x10, "SERVER_DWM_CRASH", "The session's compositor died"),
  closeStackOnDriverFailure: entry(
    0x11,
    "CLOSE_STACK_ON_DRIVER_FAILURE",
    "The display driver could not finish its start",
  ),
  closeStackOnDriverIfaceFailure: entry(
    0x12,
    "CLOSE_STACK_ON_DRIVER_IFACE_FAILURE",
    "The display driver started but can't be used",
  ),
  serverWinlogonCrash: entry(0x17, "SERVER_WINLOGON_CRASH", "The session's sign-in process died"),
  serverCsrssCrash: entry(0x18, "SERVER_CSRSS_CRASH", "The session's subsystem process died"),
  licenseInternal: entry(0x100, "LICENSE_INTERNAL", "The licensing component failed"),
  licenseNoLicenseServer: entry(0x101, "LICENSE_NO_LICENSE_SERVER", "No licence server was found"),
  licenseNoLicense: entry(0x102, "LICENSE_NO_LICENSE", "No client access licence is left"),
  licenseBadClientMessage: entry(0x103, "LICENSE_BAD_CLIENT_MSG", "The client sent a bad licensing message"),
  licenseHwidDoesntMatchLicense: entry(
    0x104,
    "LICENSE_HWID_DOESNT_MATCH_LICENSE",
    "The licence was issued to another client",
  ),
  licenseBadClientLicense: entry(0x105, "LICENSE_BAD_CLIENT_LICENSE", "The client's licence has a wrong format"),
  licenseCantFinishProtocol: entry(0x106, "LICENSE_CANT_FINISH_PROTOCOL", "Network trouble ended licensing"),
  licenseClientEndedProtocol: entry(0x107, "LICENSE_CLIENT_ENDED_PROTOCOL", "The client ended licensing early"),
  licenseBadClientEncryption: entry(
    0x108,
    "LICENSE_BAD_CLIENT_ENCRYPTION",
    "A licensing message was wrongly encrypted",
  ),
  licenseCantUpgradeLicense: entry(
    0x109,
    "LICENSE_CANT_UPGRADE_LICENSE",
    "The licence could not be upgraded or renewed",
  ),
  licenseNoRemoteConnections: entry(
    0x10a,
    "LICENSE_NO_REMOTE_CONNECTIONS",
    "The server is not licensed for remote connections",
  ),
  brokerDestinationNotFound: entry(0x400, "CB_DESTINATION_NOT_FOUND", "The target was not found"),
  brokerLoadingDestination: entry(0x402, "CB_LOADING_DESTINATION", "The target is just leaving the broker"),
  brokerRedirectingToDestination: entry(0x404, "CB_REDIRECTING_TO_DESTINATION", "The redirection to the target failed"),
  brokerSessionOnlineVmWake: entry(0x405, "CB_SESSION_ONLINE_VM_WAKE", "The target machine could not be woken"),
  brokerSessionOnlineVmBoot: entry(0x406, "CB_SESSION_ONLINE_VM_BOOT", "The target machine could not be started"),
  brokerSessionOnlineVmNoDns: entry(0x407, "CB_SESSION_ONLINE_VM_NO_DNS", "The target machine has no address"),
  brokerDestinationPoolNotFree: entry(0x408, "CB_DESTINATION_POOL_NOT_FREE", "No target in the pool is free"),
  brokerConnectionCancelled: entry(0x409, "CB_CONNECTION_CANCELLED", "The connection was cancelled"),
  brokerConnectionErrorInvalidSettings: entry(
    0x410,
    "CB_CONNECTION_ERROR_INVALID_SETTINGS",
    "The routing token is not valid",
  ),
  brokerSessionOnlineVmBootTimeout: entry(
    0x411,
    "CB_SESSION_ONLINE_VM_BOOT_TIMEOUT",
    "The target machine took too long to start",
  ),
  brokerSessionOnlineVmSessionMonitorFailed: entry(
    0x412,
    "CB_SESSION_ONLINE_VM_SESSMON_FAILED",
    "Watching the target machine's start failed",
  ),
  unknownPduType2: entry(0x10c9, "UNKNOWNPDUTYPE2", "A share data header has an unknown type"),
  unknownPduType: entry(0x10ca, "UNKNOWNPDUTYPE", "A share control header has an unknown type"),
  dataPduSequence: entry(0x10cb, "DATAPDUSEQUENCE", "A data PDU came out of turn"),
  controlPduSequence: entry(0x10cd, "CONTROLPDUSEQUENCE", "A control PDU came out of turn"),
  invalidControlPduAction: entry(0x10ce, "INVALIDCONTROLPDUACTION", "A Control PDU has an unknown action"),
  invalidInputPduType: entry(0x10cf, "INVALIDINPUTPDUTYPE", "An input event has an unknown type"),
  invalidInputPduMouse: entry(0x10d0, "INVALIDINPUTPDUMOUSE", "A mouse event has wrong flags"),
  invalidRefreshRectPdu: entry(0x10d1, "INVALIDREFRESHRECTPDU", "A Refresh Rect PDU is malformed"),
  createUserDataFailed: entry(0x10d2, "CREATEUSERDATAFAILED", "The server could not make its conference answer"),
  connectFailed: entry(0x10d3, "CONNECTFAILED", "The connect phase failed"),
  confirmActiveWrongShareId: entry(0x10d4, "CONFIRMACTIVEWRONGSHAREID", "The Confirm Active names another share"),
  confirmActiveWrongOriginator: entry(
    0x10d5,
    "CONFIRMACTIVEWRONGORIGINATOR",
    "The Confirm Active names another originator",
  ),
  persistentKeyPduBadLength: entry(0x10da, "PERSISTENTKEYPDUBADLENGTH", "A Persistent Key List is too short"),
  persistentKeyPduIllegalFirst: entry(
    0x10db,
    "PERSISTENTKEYPDUILLEGALFIRST",
    "A second Persistent Key List says that it is the first",
  ),
  persistentKeyPduTooManyTotalKeys: entry(
    0x10dc,
    "PERSISTENTKEYPDUTOOMANYTOTALKEYS",
    "A Persistent Key List announces more than 262144 keys",
  ),
  persistentKeyPduTooManyCacheKeys: entry(
    0x10dd,
    "PERSISTENTKEYPDUTOOMANYCACHEKEYS",
    "A Persistent Key List has more keys than the cache has cells",
  ),
  inputPduBadLength: entry(0x10de, "INPUTPDUBADLENGTH", "An input PDU is too short"),
  bitmapCacheErrorPduBadLength: entry(0x10df, "BITMAPCACHEERRORPDUBADLENGTH", "A Bitmap Cache Error PDU is too short"),
  securityDataTooShort: entry(0x10e0, "SECURITYDATATOOSHORT", "A fast-path input PDU's signature is too short"),
  channelDataTooShort: entry(0x10e1, "VCHANNELDATATOOSHORT", "Channel data is too short"),
  shareDataTooShort: entry(0x10e2, "SHAREDATATOOSHORT", "A share header or its body is too short"),
  badSuppressOutputPdu: entry(0x10e3, "BADSUPRESSOUTPUTPDU", "A Suppress Output PDU is malformed"),
  confirmActivePduTooShort: entry(0x10e5, "CONFIRMACTIVEPDUTOOSHORT", "The Confirm Active is too short"),
  capabilitySetTooSmall: entry(0x10e7, "CAPABILITYSETTOOSMALL", "A capability set is too short"),
  capabilitySetTooLarge: entry(0x10e8, "CAPABILITYSETTOOLARGE", "A capability set is longer than its message"),
  noCursorCache: entry(0x10e9, "NOCURSORCACHE", "The client caches no pointers at all"),
  badCapabilities: entry(0x10ea, "BADCAPABILITIES", "The server can't work with the client's capabilities"),
  channelDecompressionError: entry(0x10ec, "VIRTUALCHANNELDECOMPRESSIONERR", "Channel data could not be decompressed"),
  invalidChannelCompressionType: entry(
    0x10ed,
    "INVALIDVCCOMPRESSIONTYPE",
    "Channel data is compressed in an unknown way",
  ),
  invalidChannelId: entry(0x10ef, "INVALIDCHANNELID", "Channel data came on a channel that does not exist"),
  tooManyChannels: entry(0x10f0, "VCHANNELSTOOMANY", "The client asked for more than 31 static channels"),
  remoteAppNotEnabled: entry(
    0x10f3,
    "REMOTEAPPSNOTENABLED",
    "The server offers single programs only, and the client asked for a desktop",
  ),
  cacheCapabilityNotSet: entry(
    0x10f4,
    "CACHECAPNOTSET",
    "A Persistent Key List came without the capability that belongs to it",
  ),
  bitmapCacheErrorPduBadLength2: entry(
    0x10f5,
    "BITMAPCACHEERRORPDUBADLENGTH2",
    "A Bitmap Cache Error PDU contradicts its own length",
  ),
  offscreenCacheErrorPduBadLength: entry(
    0x10f6,
    "OFFSCRCACHEERRORPDUBADLENGTH",
    "An Offscreen Cache Error PDU is too short",
  ),
  nineGridCacheErrorPduBadLength: entry(
    0x10f7,
    "DNGCACHEERRORPDUBADLENGTH",
    "A Nine Grid Cache Error PDU is too short",
  ),
  gdiPlusPduBadLength: entry(0x10f8, "GDIPLUSPDUBADLENGTH", "A GDI+ Error PDU is too short"),
  securityDataTooShort2: entry(0x1111, "SECURITYDATATOOSHORT2", "Data ends inside a basic security header"),
  securityDataTooShort3: entry(0x1112, "SECURITYDATATOOSHORT3", "Data ends inside a full security header"),
  securityDataTooShort4: entry(0x1113, "SECURITYDATATOOSHORT4", "Data ends inside the security exchange"),
  securityDataTooShort5: entry(0x1114, "SECURITYDATATOOSHORT5", "Data ends inside the info packet's texts"),
  securityDataTooShort6: entry(0x1115, "SECURITYDATATOOSHORT6", "Data ends inside the info packet's lengths"),
  securityDataTooShort7: entry(0x1116, "SECURITYDATATOOSHORT7", "Data ends inside the client address's length"),
  securityDataTooShort8: entry(0x1117, "SECURITYDATATOOSHORT8", "Data ends inside the client address"),
  securityDataTooShort9: entry(0x1118, "SECURITYDATATOOSHORT9", "Data ends inside the client folder's length"),
  securityDataTooShort10: entry(0x1119, "SECURITYDATATOOSHORT10", "Data ends inside the client folder"),
  securityDataTooShort11: entry(0x111a, "SECURITYDATATOOSHORT11", "Data ends inside the time zone"),
  securityDataTooShort12: entry(0x111b, "SECURITYDATATOOSHORT12", "Data ends inside the client session id"),
  securityDataTooShort13: entry(0x111c, "SECURITYDATATOOSHORT13", "Data ends inside the performance flags"),
  securityDataTooShort14: entry(
    0x111d,
    "SECURITYDATATOOSHORT14",
    "Data ends inside the auto-reconnect cookie's length",
  ),
  securityDataTooShort15: entry(0x111e, "SECURITYDATATOOSHORT15", "Data ends inside the auto-reconnect cookie"),
  securityDataTooShort16: entry(0x111f, "SECURITYDATATOOSHORT16", "The auto-reconnect cookie is longer than 128 bytes"),
  securityDataTooShort17: entry(
    0x1120,
    "SECURITYDATATOOSHORT17",
    "Data ends inside the client address's length (info packet data)",
  ),
  securityDataTooShort18: entry(
    0x1121,
    "SECURITYDATATOOSHORT18",
    "Data ends inside the client address (info packet data)",
  ),
  securityDataTooShort19: entry(
    0x1122,
    "SECURITYDATATOOSHORT19",
    "Data ends inside the client folder's length (info packet data)",
  ),
  securityDataTooShort20: entry(
    0x1123,
    "SECURITYDATATOOSHORT20",
    "Data ends inside the client folder (info packet data)",
  ),
  securityDataTooShort21: entry(0x1124, "SECURITYDATATOOSHORT21", "Data ends inside the time zone (info packet data)"),
  securityDataTooShort22: entry(
    0x1125,
    "SECURITYDATATOOSHORT22",
    "Data ends inside the client session id (info packet data)",
  ),
  securityDataTooShort23: entry(0x1126, "SECURITYDATATOOSHORT23", "Data ends inside the info packet"),
  badMonitorData: entry(0x1129, "BADMONITORDATA", "There are fewer monitors than announced"),
  channelReassemblyFailed: entry(
    0x112a,
    "VCDECOMPRESSEDREASSEMBLEFAILED",
    "Decompressed channel data exceeds the chunk size",
  ),
  channelDataTooLong: entry(0x112b, "VCDATATOOLONG", "Channel data exceeds the chunk size"),
  badFrameAcknowledge: entry(0x112c, "BAD_FRAME_ACK_DATA", "A Frame Acknowledge is too short"),
  graphicsModeNotSupported: entry(
    0x112d,
    "GRAPHICS_MODE_NOT_SUPPORTED",
    "The server does not have the graphics mode that the client asked for",
  ),
  graphicsSubsystemResetFailed: entry(
    0x112e,
    "GRAPHICS_SUBSYSTEM_RESET_FAILED",
    "The server's graphics could not be reset",
  ),
  graphicsSubsystemFailed: entry(
    0x112f,
    "GRAPHICS_SUBSYSTEM_FAILED",
    "The server's graphics failed; some clients reconnect by themselves",
  ),
  timeZoneKeyNameTooShort: entry(0x1130, "TIMEZONEKEYNAMELENGTHTOOSHORT", "The time zone key name's length is missing"),
  timeZoneKeyNameTooLong: entry(0x1131, "TIMEZONEKEYNAMELENGTHTOOLONG", "The time zone key name is too long"),
  dynamicDaylightFieldMissing: entry(0x1132, "DYNAMICDSTDISABLEDFIELDMISSING", "The daylight saving field is missing"),
  channelDecodingError: entry(0x1133, "VCDECODINGERROR", "Dynamic channel data is malformed"),
  virtualDesktopTooLarge: entry(0x1134, "VIRTUALDESKTOPTOOLARGE", "The monitors together are larger than 32766 pixels"),
  monitorGeometryInvalid: entry(0x1135, "MONITORGEOMETRYVALIDATIONFAILED", "The monitors overlap or do not touch"),
  invalidMonitorCount: entry(0x1136, "INVALIDMONITORCOUNT", "There are too many monitors"),
  updateSessionKeyFailed: entry(
    0x1191,
    "UPDATESESSIONKEYFAILED",
    "Legacy security: the session keys could not be updated",
  ),
  decryptFailed: entry(0x1192, "DECRYPTFAILED", "Legacy security: decryption failed"),
  encryptFailed: entry(0x1193, "ENCRYPTFAILED", "Legacy security: encryption failed"),
  encryptionPackageMismatch: entry(0x1194, "ENCPKGMISMATCH", "Legacy security: no common encryption method"),
  decryptFailed2: entry(0x1195, "DECRYPTFAILED2", "Legacy security: unencrypted data in an encrypted stream"),
} as const satisfies Readonly<Record<string, ErrorInfoEntry>>;
export type ErrorInfo = keyof typeof errorInfo;

/** The numbers alone, for the codec. */
export const errorInfoCodes = Object.fromEntries(
  Object.entries(errorInfo).map(([word, { code }]) => [word, code]),
) as Readonly<Record<ErrorInfo, number>>;

/** What a received error means, in one line: also for a number that nobody knows. */
export function errorInfoText(error: ErrorInfo | { readonly unknown: number }): string {
  if (typeof error !== "string") return `Unknown error 0x${error.unknown.toString(16).padStart(8, "0")}`;
  return `${errorInfo[error].meaning} (ERRINFO_${errorInfo[error].name})`;
}
