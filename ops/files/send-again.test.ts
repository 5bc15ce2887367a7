import { errorSaid, isToBeSentAgain } from "./send-again";

test.each([
  [500, "status 500", true],
  [503, "status 503", true],
  [429, "status 429", true],
  [400, "CHI-W046 the content broke off or is not of the announced length: send it again", true],
  [408, "CHI-W047 nothing was sent for 60 s: send it again", true],
  [400, "CHI-W033 the request needs key", false],
  [403, "CHI-W015 the signature is wrong", false],
  [404, "status 404", false],
  [409, "CHI-W040 the file is absent", false],
  [400, "a key named CHI-W046", false],
])("%d %s: sent again %s", (status, said, again) => expect(isToBeSentAgain(status, said)).toBe(again));

test("what an answer says, or its status where it says nothing", async () => {
  expect(await errorSaid(new Response('{"error":"CHI-W046 no"}', { status: 400 }))).toBe("CHI-W046 no");
  expect(await errorSaid(new Response("<html>", { status: 502 }))).toBe("status 502");
});
