import { testPictures } from "./harness/pictureTour.ts";

testPictures("what stands still is shown exactly by rdesktop at every depth", [
  { client: "rdesktop", args: ["-a", "32"], depth: 32 },
  { client: "rdesktop", args: ["-a", "24"], depth: 24 },
  { client: "rdesktop", args: ["-a", "16"], depth: 16 },
  { client: "rdesktop", args: ["-a", "15"], depth: 15 },
  { client: "rdesktop", args: ["-a", "8"], depth: 8 },
]);
