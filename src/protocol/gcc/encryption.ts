/** The ciphers of standard RDP security: ENCRYPTION_METHOD. MS-RDPBCGR 2.2.1.3.3. */
export const encryptionMethodBits = { bits40: 0x01, bits128: 0x02, bits56: 0x08, fips: 0x10 } as const;

/** How much is encrypted: ENCRYPTION_LEVEL. "low" encrypts from client to server only. MS-RDPBCGR 2.2.1.4.3. */
export const encryptionLevelCodes = { none: 0, low: 1, clientCompatible: 2, high: 3, fips: 4 } as const;
