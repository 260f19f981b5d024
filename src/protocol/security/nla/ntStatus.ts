/** Words for the NTSTATUS and SECURITY_STATUS values that sign-in meets in TSRequest.errorCode. MS-ERREF 2.3.1, 2.1. */
export const ntStatuses = {
  notSupported: 0xc000_00bb,
  accessDenied: 0xc000_0022,
  noLogonServers: 0xc000_005e,
  noSuchUser: 0xc000_0064,
  wrongPassword: 0xc000_006a,
  passwordRestriction: 0xc000_006c,
  logonFailure: 0xc000_006d,
  accountRestriction: 0xc000_006e,
  invalidLogonHours: 0xc000_006f,
  invalidWorkstation: 0xc000_0070,
  passwordExpired: 0xc000_0071,
  accountDisabled: 0xc000_0072,
  insufficientResources: 0xc000_009a,
  internalError: 0xc000_00e5,
  timeDifference: 0xc000_0133,
  logonTypeNotGranted: 0xc000_015b,
  trustedDomainFailure: 0xc000_018c,
  trustedRelationshipFailure: 0xc000_018d,
  accountExpired: 0xc000_0193,
  passwordMustChange: 0xc000_0224,
  accountLockedOut: 0xc000_0234,
  badBindings: 0xc000_035b,
  authenticationFirewallFailed: 0xc000_0413,
  ntlmBlocked: 0xc000_0418,
  securityUnsupportedFunction: 0x8009_0302,
  securityInternalError: 0x8009_0304,
  securityInvalidToken: 0x8009_0308,
  securityLogonDenied: 0x8009_030c,
  securityMessageAltered: 0x8009_030f,
  securityBadBindings: 0x8009_0346,
} as const;
export type NtStatus = keyof typeof ntStatuses;

/** The word for a value, or the value itself. */
export function ntStatusOf(value: number): NtStatus | { readonly unknown: number } {
  return words.get(value) ?? { unknown: value };
}

const words = new Map(Object.entries(ntStatuses).map(([word, value]) => [value as number, word as NtStatus]));
