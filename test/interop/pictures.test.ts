import { testPictures } from "./harness/pictureTour.ts";

testPictures("what stands still is shown exactly by xfreerdp, whatever its way of pictures", [
  { client: "xfreerdp", args: ["/gfx"], depth: 32 },
  { client: "xfreerdp", args: ["/gfx:RFX"], depth: 32 },
  { client: "xfreerdp", args: ["/gfx", "+gfx-progressive"], depth: 32 },
  { client: "xfreerdp", args: ["/gfx:AVC420"], depth: 32 },
  { client: "xfreerdp", args: ["/rfx"], depth: 32 },
  { client: "xfreerdp", args: ["/nsc", "/bpp:32"], depth: 32 },
  { client: "xfreerdp", args: ["/bpp:32"], depth: 32 },
  { client: "xfreerdp", args: ["/bpp:24"], depth: 24 },
  { client: "xfreerdp", args: ["/bpp:16"], depth: 16 },
  { client: "xfreerdp", args: ["/bpp:15"], depth: 15 },
  { client: "xfreerdp", args: ["/bpp:8"], depth: 8 },
]);
