/**
 * What becomes of a value of Windows' Remote Desktop Services that is no setting here; undefined: Windows has none of
 * this name either, as far as is known. In any case of letters.
 */
export function windowsOnly(name: string): string | undefined {
  const lower = name.toLowerCase();
  const hint = Object.entries(hints).find(([each]) => each.toLowerCase() === lower)?.[1];
  if (hint !== undefined) return hint;
  return names.has(lower) ? "Holdfast has nothing of the kind" : undefined;
}

const hints = {
  AVC444ModePreferred: "VideoColours says it",
  fDenyTSConnections: "a running Holdfast takes connections; holdfast change logon /disable keeps everybody out",
  fEnableWinStation: "the listener is there as long as the service runs",
  fLogonDisabled: "holdfast change logon /disable does it",
  fQueryUserConfigFromLocalMachine: "[UserAccount.NAME] in holdfast.toml does it",
  InitialProgram: "StartWm, or the user's own startwm, says what starts",
  KeepAliveTimeout: "KeepAliveSeconds says it",
  LanAdapter: "Listen names the address",
  MinEncryptionLevel: "TLS always encrypts fully; SecurityLayer says whether older clients come in",
  SSLCertificateSHA1Hash: "Certificate and CertificateKey name the files",
  TSServerDrainMode: "holdfast change logon /drain does it",
  TSUserEnabled: "holdfast change logon says who may come",
  WFHomeDir: "the host's user database says it",
} as const;

/** Of TerminalServer.admx, TerminalServer-Server.admx, TerminalServer-WinIP.admx, and the server's own keys. */
const names = new Set(
  `
  AllowedAudioQualityMode AllowExplicitLogonMethod AllowExplicitProxyName AllowExplicitUseProxy
  AllowRemoteRPC AllowSignedFiles AllowUnsignedFiles AuthenticationLevel AutoSubscription
  AVCHardwareEncodePreferred bEnumerateHWBeforeSW CertTemplateName ColorDepth
  DefaultConnectionURL DeleteRoamingUserProfile DeleteTempDirsOnExit DisablePasswordSaving
  EnableCpuQuota EnableHardwareMode EnableLagCounter EnableUiaRedirection
  EnableVirtualIP FallbackPrintDriverType fAllowDesktopCompositionOnServer
  fAllowSecProtocolNegotiation fAllowUnlistedRemotePrograms fClientDisableUDP fDenyTSConnections
  fDisableAudioCapture fDisableCam fDisableCameraRedir fDisableCcm fDisableCdm fDisableClip
  fDisableCpm fDisableForcibleLogoff fDisableLocationRedir fDisableLPT fDisablePNPRedir
  fDisableTerminalServerTooltip fEnableRemoteFXAdvancedRemoteApp fEnableSmartCard
  fEnableTimeZoneRedirection fEnableVirtualizedGraphics fEnableWddmDriver fEnableWinStation
  fEncryptRPCTraffic fForceClientLptDef fInheritAutoLogon fInheritInitialProgram fInheritShadow
  fLogonDisabled fNoFontSmoothing fNoRemoteDesktopWallpaper fPolicyFallbackPrintDriver
  fPreventLicenseUpgrade fPromptForPassword fQueryUserConfigFromLocalMachine fSecureLicensing
  fServerEnableRDP8 fTurnOffSingleAppMode fUsbRedirectionEnableMode fWritableTSCCPermTab
  GraphicsProfile ImageQuality InactivityTimeoutSecs InitialProgram KeepAliveTimeout
  LagCounterImageNameFirst LagCounterInterval LagCounterShowUnknown LanAdapter LicenseServers
  LicensingMode LogonMethod LogonWaitForPackageRegistration MaxCompressionLevel MaxMonitors
  MinEncryptionLevel MonitoringInterval NoDisconnect NoNTSecurity ParticipateInLoadBalancing PerApp
  PerSessionTempDir ProfileDirectoryQuota PromptForCredsOnClient PromptOnIPLeaseFail ProxyName
  RedirectOnlyDefaultClientPrinter RemoteAppLogoffTimeLimit ScreenSaveActive ScreenSaverIsSecure
  ScreenSaveTimeOut SelectNetworkDetect SelectTransport SessionDirectoryActive
  SessionDirectoryClusterName SessionDirectoryExposeServerIP SessionDirectoryLocation
  SessionDirectoryRedirectionIP Shadow SSLCertificateSHA1Hash Sysprocs TrustedCertThumbprints
  TSEnabled TSServerDrainMode TSUserEnabled UseProxy UseUniversalPrinterDriverFirst
  VGOptimization_CaptureFrameRate VGOptimization_CompressionRatio VIPAdapter VirtualMode
  VisualExperiencePolicy WFDontAppendUserNameToProfile WFHomeDir WFHomeDirDrive WFHomeDirUNC
  WFProfilePath WorkDirectory
`
    .toLowerCase()
    .split(/\s+/u),
);
