/** Required first by a process of a test: its clock is off by CHISAN_TEST_CLOCK_OFFSET seconds. */
const offset = Number(process.env["CHISAN_TEST_CLOCK_OFFSET"]) * 1000;
const RealDate = Date;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: unknown[]) => Reflect.construct(target, args.length === 0 ? [RealDate.now() + offset] : args) as Date,
  get: (target, name) => (name === "now" ? () => RealDate.now() + offset : (Reflect.get(target, name) as unknown)),
});
