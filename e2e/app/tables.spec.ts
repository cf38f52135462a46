/** Tables in the windows between a phone's and a large screen's. */
import { askForToken } from "./api.ts";
import { makeOneOfEach, type OneOfEach } from "./data.ts";
import { expect, expectFit, follow, test as base, visit } from "./fixtures.ts";

const test = base.extend<object, { made: OneOfEach }>({
  made: [async ({ api }, use) => use(await makeOneOfEach(api)), { scope: "worker" }],
});

/** The least on which rows are no cards, the last without a navigation at the side and the first with one, and usual ones. */
const WIDTHS = [690, 700, 768, 959, 960, 1024, 1280];

for (const by of ["a pointer", "a finger"]) {
  test.describe(() => {
    // Buttons are larger for a finger.
    test.use({ hasTouch: by === "a finger", isMobile: by === "a finger" });

    test(`no table scrolls sideways in a window of medium width, with ${by}`, async ({ page, made, server }) => {
      await askForToken(server.url, made.account.client.client_id, "wrong");
      const account = `/clients/${made.account.client.id}`;
      const screens = [
        "/clients",
        "/clients?profile=api_access",
        "/clients?deleted=true",
        `${account}/credentials`,
        `${account}/api-keys`,
        `${account}/requests`,
        "/users",
        "/groups",
        `/groups/${made.group}`,
        "/roles",
        "/apis",
        "/profiles",
        "/tenants",
        "/communities",
        "/signing-keys",
      ];
      // Times take most room in words as long as "50 minutes ago".
      await page.clock.setFixedTime(Date.now() + 50 * 60_000);
      await visit(page, "/admin/");
      for (const screen of screens) {
        await test.step(screen, async () => {
          await follow(page, `/admin${screen}`);
          const tables = page.locator(".table-scroll");
          await expect(tables).not.toHaveCount(0);
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: 800 });
            await expectFit(page);
            const wider = await tables.evaluateAll((all) => all.map((it) => it.scrollWidth - it.clientWidth));
            expect.soft(wider, `tables of ${screen} at ${width} pixels`).toEqual(wider.map(() => 0));
            // Nor does what a cell holds stand out of it, over the next one.
            const out = await tables.locator(":is(th, td) > *").evaluateAll((all) => {
              const end = (it: Element) => it.getBoundingClientRect().right;
              const standsOut = (it: Element) => it.parentElement && it.checkVisibility() && end(it) > end(it.parentElement) + 1;
              return all.filter(standsOut).map((it) => it.outerHTML.slice(0, 120));
            });
            expect.soft(out, `cells of ${screen} at ${width} pixels`).toEqual([]);
          }
        });
      }
    });
  });
}

test("a list of clients shows less where it has less room, and everything as cards", async ({ page, made }) => {
  const { name, client_id } = made.account.client;
  await visit(page, `/admin/clients?q=${client_id}`, "Clients");
  const row = page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
  await expect(row).toHaveCount(1);
  for (const [width, shows] of [[1280, true], [1024, false], [768, false], [390, true]] as const) {
    await page.setViewportSize({ width, height: 800 });
    await expect(row.getByText(client_id, { exact: true })).toBeVisible({ visible: shows });
    await expect(row.getByText("Logistics", { exact: true })).toBeVisible({ visible: shows });
    await expect(row.getByText("in 19 days")).toBeVisible();
  }
});
