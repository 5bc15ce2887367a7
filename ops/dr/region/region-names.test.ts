import { gcpRegions } from "../../../config/allowed-values";
import { regionCities, regionInWords, regionNamed } from "./region-names";

test.each(gcpRegions)("%s is known by its id and by its city", (region) => {
  expect(regionNamed(region)).toBe(region);
  expect(regionNamed(` ${regionCities[region].toUpperCase()} `)).toBe(region);
  expect(regionInWords(region)).toBe(`${regionCities[region]} (${region})`);
});

test("any other name is refused, with those that there are", () => {
  expect(() => regionNamed("mars")).toThrow(/^CHI-D001 there is no region "mars": name one of seoul \(asia-northeast3\), osaka \(.*\), tokyo \(/);
  expect(() => regionNamed("")).toThrow("CHI-D001");
  // No property of every object is a city.
  expect(() => regionNamed("constructor")).toThrow("CHI-D001");
});
