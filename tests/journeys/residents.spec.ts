// How many aged 75 and over live in the municipality, by the command line: out of saved answers, whole or not at all.

import { expect, test } from "./support/journey";

const indicators = [
  { id: 127, title: { fi: "Väestö 31.12." } },
  { id: 171, title: { fi: "75 vuotta täyttäneet, % väestöstä" } },
];

test("residents are read out of saved answers once, and a changed title or a missing file is told", async ({ server }) => {
  await server.must("admin", "municipality", "091", "Koskela");
  const file = (name: string, answer: unknown) => server.file(name, JSON.stringify(answer));
  const row = (indicator: number, value: number) => ({ indicator, region: 658, year: 2024, gender: "total", value });
  const regions = file("regions.json", [{ id: 658, code: "091", category: "KUNTA" }]);
  const numbers = file("numbers.json", [row(127, 1000), row(171, 9.5)]);
  const read = (list: string) => ["population", "--municipality", "091", "--indicators", list, "--regions", regions, "--numbers", numbers];
  const list = file("indicators.json", indicators);
  expect(await server.must(...read(list))).toContain("2024: 95 residents aged 75 and over\n1 of 1 years");
  expect(await server.must(...read(list)), "once is enough").toContain("0 of 1 years");

  const renamed = await server.run(...read(file("renamed.json", indicators.slice(1))));
  expect(renamed.status).toBe(2);
  expect(renamed.stderr).toContain("0 indicators have the title");
  const missing = await server.run(...read("/nowhere/indicators.json"));
  expect(missing.status).toBe(2);
  expect(missing.stderr).toContain("cannot read /nowhere/indicators.json");
  expect((await server.run("population", "--municipality", "091")).status, "neither files nor the network").toBe(2);

  const days = ["--municipality", "091", "--from", "2026-01-01", "--to", "2026-12-31"];
  const text = await server.must("report", ...days, "--format", "text", "--language", "sv");
  expect(text).toContain("Rapport till fullmäktige: Koskela");
  expect(text, "with the residents, year and source").toContain("Av kommuninvånarna hade 95 fyllt 75 år.");
  expect((await server.must("report", ...days, "--format", "csv")).startsWith("\uFEFFTaulukko;")).toBe(true);
  const page = await server.must("report", ...days, "--format", "html", "--language", "sv");
  expect(page).toContain('<html lang="sv">');
  expect(page, "the same words as in the text").toContain("Av kommuninvånarna hade 95 fyllt 75 år.");
  const nowhere = await server.run("report", ...days, "--format", "xlsx");
  expect(nowhere.status).toBe(2);
  expect(nowhere.stderr).toContain("--out");
});

test("an indicator is read out of saved answers by its title, and read again without one", async ({ server }) => {
  await server.must("admin", "municipality", "020", "Akaa");
  const file = (name: string, answer: unknown) => server.file(name, JSON.stringify(answer));
  const row = (region: number, value: number | null) => ({ indicator: 500, region, year: 2024, gender: "total", value });
  const list = file("indicators.json", [{ id: 500, title: { fi: "Kaatumiset" }, decimals: 0 }]);
  const regions = file("regions.json", [{ id: 14, code: "020", category: "KUNTA" }]);
  const read = (numbers: string) => ["indicators", "--municipality", "020", "--indicators", list, "--regions", regions, "--numbers", numbers];
  const told = file("told.json", [row(14, 312)]);
  const unnamed = await server.run(...read(told));
  expect(unnamed.status, "none is followed yet").toBe(2);
  expect(unnamed.stderr).toContain("--title");
  expect(await server.must(...read(told), "--title", "Kaatumiset")).toContain("Kaatumiset (500): 312 in 2024\n1 of 1 indicators");
  expect(await server.must(...read(told)), "once is enough").toContain("0 of 1 indicators");
  const keptBack = file("kept-back.json", [row(14, null), row(658, 280)]);
  expect(await server.must(...read(keptBack))).toContain("no number is told of the municipality");
  const other = await server.run(...read(told), "--title", "Kaatuminen");
  expect(other.status).toBe(2);
  expect(other.stderr).toContain("0 indicators have the title");
});
