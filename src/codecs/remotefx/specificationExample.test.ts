import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { newPixels } from "#base/pixels.ts";
import { remoteFxTileSet } from "./messages.ts";
import { quantizationPresets } from "./quantization.ts";
import { decodeTileInto } from "./tile.ts";

const tileSet = (): Uint8Array =>
  Uint8Array.from(atob(tileSetBase64.replaceAll(/\s/gu, "")), (letter) => letter.charCodeAt(0));

test("The tile set of specification MS-RDPRFX 4.2.4.1 reads as one RLGR3 tile and is written back byte by byte", () => {
  const { properties, content } = decode(remoteFxTileSet, tileSet());
  assert.deepEqual(properties, { mode: "video", entropy: "rlgr3" });
  assert.deepEqual(content.quantizations, [quantizationPresets.normal]);
  assert.equal(content.tiles.length, 1);
  assert.deepEqual(encode(remoteFxTileSet, { properties, content }), tileSet());
});

test("The tile decodes to the picture of specification MS-RDPRFX 4.2.4.4, to one level", () => {
  const { content } = decode(remoteFxTileSet, tileSet());
  const [tile] = content.tiles;
  assert.ok(tile !== undefined);
  const quantization = quantizationPresets.normal;
  const picture = newPixels({ width: 64, height: 64 });
  decodeTileInto(picture, "rlgr3", [
    { bytes: tile.y, quantization },
    { bytes: tile.cb, quantization },
    { bytes: tile.cr, quantization },
  ]);
  let equal = 0;
  for (const [row, hexText] of pictureRows) {
    const expected = hexText.replaceAll(/\s/gu, "");
    for (let column = 0; column < 64; column++) {
      for (let channel = 0; channel < 3; channel++) {
        const want = Number.parseInt(expected.slice(column * 6 + channel * 2).slice(0, 2), 16);
        const got = picture.data[(row * 64 + column) * 4 + 2 - channel]!;
        assert.ok(Math.abs(want - got) <= 1, `row ${row}, column ${column}: ${got} for ${want}`);
        if (want === got) equal++;
      }
    }
  }
  assert.ok(0.9 * 6 * 64 * 3 < equal, `${equal} of ${6 * 64 * 3} values are equal`);
});

const tileSetBase64 = `
AQDCygAAUVABQAEAIwsAAGZmd4iYw8ojCwAAAAAAAAAAAK4DzwOTA8ABARVImcdBoRJoEdwiKXTv/SCS4E6oaTv9QYO/KFMMH+JUDHd8owV8MNCc
6Ak5Gl3/4gEiE4CQh9Kf/f1QCQ0koI+r/jwEhMac3viAwyJQr0wqf/7gXKlSigZ9PQkDZaOv0mEfcgRQjT4WSj///UFChyQ3BhcuVgWcHLOEav/7
Q4ujejJDKOEfUFT8yqXf/wgESBVh2XZD+CoH6WX3xoktQKHDNY317fWRri/MAc4DSMCNY/T9UCAtDJuwjRPAiglSGwJuQjvQE06EASaIagSENCql
ALpUSFjqVAK0Haf6R4Lsenf9AJJmYgSmm//2gMBpAcI+kBQgL/xAlllYDLETaCAutfXf//j8VohgJFO1QUZf+PF+3koIl+BVA4/ldWED8uGQAaKO
iASYBZNr/+rAYKGIBEm/9/+MtFmQgDBkU//1xEja2suAOGFXsq8A6HtG5tgCA4oGGBQyg9CK7ryBtCjEf/mhaQCRxVH//j/p8XAwJBCnyx+KJJPt
gwA2INFQ59itWCAJIoDQyl0a1/FgdSry1/jAMkWGAEMB/oD3QoF0hEyhYEzLFFgBTRihqkcOERpAfUEC4zDNM4E0BkaDokccBKogEqKLgcScoC4G
MviGhQHocPlGCWq/4PWkyHjn0pcLvDyX/9VAlLLBGBgRH0PBGMODf5oxxI5wVtr2F97RAg1CIRPcOjxAnvQBQ+oMRnOiewyA/+StLgm0Y7CMVFn6
rHY2EAXwmIiDQgAgcczBqZc+Wg0EUJIjIA0KHFfX/xDyAw9YG6UR+PG0EtsaSFYf48dQ6Ra0vLBAk+q1Wy/8UApvzCXgBqtfJP6Ly0JDfmkCJcc4
AG7lgKikMEQVj+kM06bCFDRK/gN/BqWRAlTxoaFTvxHyj4NngAkIEj/9RJHCgzBQBwKCTTE0BkF5b/DMA3kALAUk7I0pFa9EyOtP4f3xQUiBCK/+
UUjO5/m2CjCDEfAMO9KmJCTvJfpaPpI+eQ41YciqHC6aJ3//8H0wW7yR//5DJChmp3CZKG4rGCvUoXc7lp/3674fBDR1hDFCTGWqCVCgxFEx0yY6
G/RuSk4XJYR4fSw/RhjKX/nlOC/YcZSU4syjFbDaqctY5Bh3k4pRxiPETm3ZFB6bjbzLncQYBfWpKfhtKTjHROU6zbphmEpXApZCAtk3Ed4t1D/+
Yecz14lK3bA0R/TcrarJnX5tS8zcF4lX/bs3dUda7CxuPBWSVGQsq56rK908ZqCPR16TGjcW9IkjAACwM1b6FB7/SHp+DxAf9JHIEFaE/wjstKwO
D/+txeAaL4IEn5HCDv5INnkBQhT//jDwCBjxgUWaYMF58BQSEM7qMVr//CATgi/JAh+BywDhENK0vof/sB4ngbcEBjzCBPYGDii8QL8SHobUan8Y
G5aFTBaA3yyljYajSoq0G6E4qdX//+oGINKVHvQvshIOYXhKF1Jd5CUf/sCzH///7AKCgJBBiN5ILEJSCy9DflB48md4QTQ9yA9noesh/sAfImBB
bACSS2AQ0A0BNQUOh6KgXR+jr3/xvo/NpQAcEEAVdoEF7+4AYIQAmUBKghfp/MR///0EgAYG3K+nfpR1dAEA4JEAhX+O1gsgITDKYo4HBOlFQF9H
SjAVQcvf//y/w7RGagFA0Kc0GCQcKkX+qAUIYf2ogHEBJZzBRxc3AnoV//MBRX/WgGCDZ/idL/TdjDABUUK8Q3prn4QeAEjB4LfgfpnySulAAoHD
ACQ6xVIPkchoJUCZpCUaBNCikd3rkwAhSSSLQHU4FKH9P4glvzIA4xn8ufhvgcABs5MgCQglhOE01BtIiBGgFVnXB4GBO6FALi9IcAnEdkkPLlAu
RhmkFqIbhKKJWPxPP0CQTKMBMgkCgJyREyy63l2Z8v//PVofqQKQj/MIvQH40CqVQQxACiDE1MxrD/CAsV0oPQjC+DECSYgUKO3ohjsAn5UGNxWk
WciAthDw5bgYAFYc/5UhDn8rxQhZEOFGMY3s4KGZuyH//jAQ0AXjCFD88w4AjWiOB6aANELtH4gA8Iohrvf7gCiGD///gupHlZHgBAFEDCn/DjPo
wFQEI/yBW/A8BxBwMNghb+/eRglD+l//DXIw3QDb5EgklwhGsUnETYASYP+kpv/2jABABQK0D/A+/IQ4gZSL/knvwBBJiCiiHCqLZNSG1////+uR
axEQAGlMv7Qc2AAHFoBgChyCQieCQ8kKZCBaX06/jDiCNgIHcnkHI7S7V1/oBN056QeVvgQr3Y4i3BQsYaOpzU+CXaBE3/SW//Ur//4BGdKinkOl
f/BMTCs8M+JV/wQGKSwNIl18k7oYr/kypsOZRnnjBqY4i5IiS9sbNiCwbCDON0LhZtRJNEKL+pwSmdwGh/pG+C8EqdiCB6YwD8DfNeiQ8P//qODX
AmAawyAoojEpPOsEpd1IDoKktlYiBlfg2hAnMQ4Rd/4CYBZIgYwNBRd/y7t+JSpB/Yp/yTZ84Jh+ku9+BgMTPiA6v0zDDy6AdL85PPCmsuk/QVUf
LPXSfoyuTqphPLw/xMc23CPIuFLiioAYAACyRqJWDRKUqr0BB//6NAxf+AwSUK/W0YlApP/gzsRJJZ3B/35gJF3MEMC+WhLTw/4tQHwonnEB0m6G
C8jym0UITARSfvJ+2cwLHCCArq/+sG0j8kHjLiARS3SJ3f+oOKOVghXw0NXxko7uwCaB6Uf/7g0gNDE670CyKUcZfwQn8ZCFCYZ9QuJUXV/oDtAs
qha/BKf4okYLCHp56ShifDP0CxSC+mHrwf9MpBF/A2hEwR+BOmx3lQIrU4DlEB6Q6P0fpkALE/9OTX9S6K+awYAPChQCPMAJE+fcwBoooOSDjgOI
1a8avZEAt0663/jbzAJDxBQqP8gNCRxE9AE8yihWgKaFAOo+j+uf/G4HxOAweKAeb1R4Uf9WSgFHAkwhO/uQCswd0kf//HAYIsC5L+l/kdNmL4As
JKf6hFGra3IAqzMEz0P/F1GEDAFQEI+QNEFEhI4IGQRIUIQ4PQJS+XzS0B8TQqAhQcQCAj0JyP1gfTVPf//5l2rYAMODAAlQS5CKx5RNR8FiMigk
CVIuLhyWRKAJyM5kqRwZDlI+PhmToDYmIgiaAN1mOpPVidFABtSoInN7PT/jBJT/////DFZ3rODEBh+4pYD9aBwyFgPecSo9FBm+wojZJJJfxZAK
hcI/hwOoJhfEBoYSh3YKSBbtlpPsGzBz6Bo//03OQPMMUUuEnmcrFUAaoPwQD9iBNYf/mA9AALrAceIAGCizgsyAaqBD/y3WBIpo/////BrzGioG
wAFADDDB0NdPy3QfB9O0DYiY6tqfzis8VbNAFP///+rbm5LYaAgLQQkmQIzxsJqYwICL8D3n7BloIQMpf+FtTA8B0VEBGlAqWSeAwW4z8YDhSQjp
F////4BaEBA2Xsr4OgAesAaEAfMHG0rAHiFDjqVVd8dlfMLfXgxCINJIYcgcZfj+TIhxH4JQgaNUCRMoUvXggsMGf/osz/j0f//9AUmkuN5ihP7t
ZR88PLJQdjBbA8AIpmSQyM0UbmlGesYch9dIe0kFLV5/y2fw2Q0enlO3ZKWlEDkGET+xqaboTUd32kN2iUUJcMI4Dwlv5y2CNQf+ZBguuARCVIBD
EmyaVckKoHlHUmUq/1ARyU7+WzCk6DBj/yESG9wcAUFRH//6w+NV8Wbi1Xhe+k3yYQEmFan52TJBkDZOruMLFlaMbkJd2B7+HUA6UJ8JFOtuSHqR
iHt9j3JCObAcZRgji2AwAA==
`;
/** Row number and its 64 pixels as RRGGBB. */
const pictureRows: readonly (readonly [number, string])[] = [
  [
    0,
    `
229cdf249de0259fe22ca5e8229cdf229ce0239de0229ce0229cdf229cdf239ce0249ce0249ce0219ce31e9ce6209ae2
2299dd2199de209adf209ae01f9be01e9ae01d99e01c98e01b97df1e96dc2194d91f93dd1d93e01b94dc1895d81c92db
208fde1b91de1693df1793df1992df1891df178fdf178edf168dde158cdd148cdc128cda118cd9118bd9128ada1289da
1288db1187da1186da1085da0f85d90f84d90e83d90d82d80d82d80d81d80d80d70d7fd70d7ed60d7ed60d7ed60d7ed6
  `,
  ],
  [
    8,
    `
5fc1e757bee84fbbe94ebae64ebae351b6ee2eaee82eade62fabe52face72eade92eace72daae515b2ffec4310f15016
f75d1cf87123f9862af6882df48b31f48532f47f33f78535fa8c37f88e39f7903af88b38f98635f87e35f77635f76d34
f76532f85e31f95730ff5125f6523703a5fd1e9be11e98e31f96e51c97e21a97df1896e11795e41794e31793e21692e1
1692e01693e21794e41391e20f8ee0148ee1198ee3148ce10f8bde0f8ade0f89de0f88dd0f86dd0f86dd0f86dd0f86dd
  `,
  ],
  [
    20,
    `
4ac5ef48c4f046c2f045c1f143c0f143bfef43bfed42beee41bdf038bbf072a1b8ff5d1ef97931f5a151f9ad61fee0bd
f8b758fabf69fcc87afcd282fcdc8bfbde8ffbe193fbeba4fbf5b5faf8c2f9fccef9ecb7fae183fee290fbfac8fdf8d8
fffccb8bcedc189fee25a3ee0b9dfbe8f6a5e4f1a6e4f0a6e4efa6e5f1aae6f2ade3f1a6e0ef9ed7ec93cde987c8ea80
c2eb78c1ea73c0e96eb1e360a3dd5394d24786c83b78bc3569b03062a52b5b9b2757920a0995fc0d96e51091eb1091eb
  `,
  ],
  [
    31,
    `
55cef453cdf451cbf550cbf54ecaf64dc9f454d0fa2b86ce0752b1045fb90a74c90882ce0691d402a0d524b5e74cc4ea
74d3ee83d9f57fddf493e4f6a8ecf9b6f2f9c3f9f9d3fafbe3fcfcedfefbf0f9f3fffffffffdff7edcef26adfd2aaff7
2db2f234b1e009a7f78dd3f5fdfbf9fffff6fdffebfcffe6fcfce0f9fcdef7fcddfcffeff9fdece8f5d0dff5bdd9f1ad
d2ed9dc5e97eb8e26dabdd5e9fd74f98c95f92c7358bc94280b34d009bf21894f81595f51397f21296f11195f01195f0
  `,
  ],
  [
    47,
    `
60d4f767dcfd4fc2f0002c8a2e6bc00547ad0044ba3685c4064ebc1462c32d70cb0f5ab42274cd1169c21979c21d80d0
1980d71a86d31090de038dda0599e6059ce1049edd05a6e100a7de1fb6ee39bdf738bcf624b5fcbfe8b9fafea2fbfca5
fcfaa8fcfca7fdfda6fbfca3f9fb9ff6f795fafb92fbfb8bfbfb85fafa79fafa6df9f961f8f956f9f64cf9f442f5ec39
f2e531efde28ecd620eed90032a6e519a4ff29a4f420a2f418a0f5179ef4159df4139bf31199f2129af2129af3129af3
  `,
  ],
  [
    63,
    `
55d0f953d0fa51d0fa4fcffa4dcffa4bcefa49cdf946ccf944caf843caf843c9f843c8f942c8f942c7f941c6f941c6f9
40c5fa3ec3f93dc2fa3bc1fa39c0fa38bff936bff935bef934bdf833bcf933bafa32b9fb32b8fc30b7fa2eb6f82db5f7
2bb4f52bb4f62bb3f72bb2f82bb1f822aff919acfa1eadf724aef320adf51dabf61fabf620aaf51fa9f61ea8f71da6f7
1ca5f81ca4f81ba3f91ba3f91ba2f919a1f918a0f817a0f8169ff8159ef7149df7139cf6129bf5129bf5129bf5129bf5
  `,
  ],
];
