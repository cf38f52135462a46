import type { Page } from "@playwright/test";
import { makeOneOfEach, type OneOfEach } from "./data.ts";
import { expect, expectAccessible, expectFit, expectWhole, follow, test as base, visit } from "./fixtures.ts";

const test = base.extend<object, { made: OneOfEach }>({
  made: [async ({ api }, use) => use(await makeOneOfEach(api)), { scope: "worker" }],
});

type Screen = [path: string, title: string | RegExp];
/** A dialog has an address, too. */
type Dialog = [path: string, title: string | RegExp, dialog: string | RegExp];

async function look(page: Page, screens: (Screen | Dialog)[]): Promise<void> {
  let isFirst = true;
  for (const [path, title, dialog] of screens) {
    await test.step(path, async () => {
      await (isFirst ? visit : follow)(page, `/admin${path}`, title);
      isFirst = false;
      const open = page.locator("dialog[open]");
      if (dialog) await expect(open.getByRole("heading", { level: 2, name: dialog })).toBeVisible();
      await expect(open).toHaveCount(dialog ? 1 : 0);
      await expect(page.locator(".skeleton, [aria-busy=true]")).toHaveCount(0);
      await expectAccessible(page);
      await expectFit(page);
      await expectWhole(page);
    });
  }
}

test("axe finds nothing on the overview and the lists of clients, and they fit a window of any width", async ({ page, made }) => {
  await look(page, [
    ["/", "Overview"],
    ["/clients", "Clients"],
    ["/clients?profile=service_account", "Clients"],
    ["/clients?profile=app", "Clients"],
    ["/clients?profile=api_access", "Clients"],
    ["/clients?profile=tenant_client", "Clients"],
    ["/clients?profile=short_lived", "Clients"],
    ["/clients?deleted=true", "Clients"],
    ["/clients?q=nothing+is+called+this", "Clients"],
    [`/clients?dialog=delete&on=${made.inactive}`, "Clients", "Delete Old importer?"],
    [`/clients?deleted=true&dialog=restore&on=${made.deleted}`, "Clients", "Restore Gone for good?"],
  ]);
});

test("axe finds nothing on the forms of new clients, and they fit a window of any width", async ({ page, made }) => {
  await look(page, [
    ["/clients/new", "New client"],
    ["/clients/new?profile=service_account", "New service account"],
    ["/clients/new?profile=app", "New app"],
    ["/clients/new?profile=api_access", "New API access"],
    ["/clients/new?profile=tenant_client", "New tenant client"],
    ["/clients/new?profile=short_lived", "New short-lived client"],
    [`/clients/new?client=${made.tenantClient}`, "Secret for Parcel labels"],
  ]);
});

test("axe finds nothing on the tabs of a client, and they fit a window of any width", async ({ page, made }) => {
  const account = `/clients/${made.account.client.id}`;
  await look(page, [
    [account, "Warehouse sync"],
    [`${account}?edit=yes`, "Warehouse sync"],
    [`${account}/credentials`, "Warehouse sync"],
    [`${account}/api-keys`, "Warehouse sync"],
    [`${account}/requests`, "Warehouse sync"],
    [`${account}/activity`, "Warehouse sync"],
    [`${account}/danger`, "Warehouse sync"],
    [`/clients/${made.app}`, "Portal"],
    [`/clients/${made.app}?edit=yes`, "Portal"],
    [`/clients/${made.apiAccess}/permissions`, "Partner"],
    [`/clients/${made.tenantClient}/roles`, "Parcel labels"],
    [`/clients/${made.tenantClient}/credentials`, "Parcel labels"],
    [`/clients/${made.shortLived}/roles`, "Nightly job"],
    [`/clients/${made.deleted}/danger`, "Gone for good"],
    ["/clients/00000000-0000-4000-8000-000000000000", "Page not found"],
    ["/nowhere", "Page not found"],
  ]);
});

test("axe finds nothing in the dialogs of a client, and they fit a window of any width", async ({ page, made }) => {
  const account = `/clients/${made.account.client.id}`;
  const about = (tab: string, dialog: string, heading: RegExp, on = ""): Dialog => [`${account}/${tab}?dialog=${dialog}${on && `&on=${on}`}`, "Warehouse sync", heading];
  await look(page, [
    about("danger", "deactivate", /^Deactivate/),
    about("danger", "revoke-tokens", /^Revoke all tokens/),
    about("danger", "delete", /^Delete/),
    [`/clients/${made.inactive}/danger?dialog=reactivate`, "Old importer", /^Reactivate/],
    about("credentials", "add-secret", /^Add a secret/),
    about("credentials", "regenerate", /^Regenerate/),
    about("credentials", "edit-secret", /^Secret ending/, made.live),
    about("credentials", "delete-secret", /^Delete/, made.live),
    about("credentials", "rotate-secret", /^Rotate/, made.live),
    about("credentials", "complete-rotation", /^End/, made.retiring),
    about("credentials", "cancel-rotation", /^Cancel the rotation/, made.retiring),
    about("api-keys", "make-key", /^Make an API key/),
    about("api-keys", "revoke-key", /^Revoke/, made.apiKey),
    about("api-keys", "revoke-keys", /^Revoke all keys/),
  ]);
});

test("axe finds nothing on the screens of people and groups, and they fit a window of any width", async ({ page, made }) => {
  const [user, group] = [`/users/${made.user}`, `/groups/${made.group}`];
  await look(page, [
    ["/users", "Users"],
    ["/users?dialog=invite", "Users", /^Invite/],
    [user, "Ada Kovács"],
    [`${user}/activity`, "Ada Kovács"],
    [`${user}/danger`, "Ada Kovács"],
    [`${user}?dialog=edit`, "Ada Kovács", /^Edit/],
    [`${user}/danger?dialog=deactivate`, "Ada Kovács", /^Deactivate/],
    [`${user}/danger?dialog=anonymize`, "Ada Kovács", /^Anonymize/],
    [`/users/${made.invited}/danger?dialog=invite-again`, "Cy Tran", /^Invite/],
    [`/users/${made.switchedOff}/danger?dialog=reactivate`, "Bo Lindqvist", /^Reactivate/],
    ["/groups", "Groups"],
    ["/groups?dialog=new", "Groups", "New group"],
    [group, /^Night shift/],
    [`${group}?dialog=edit`, /^Night shift/, "Edit group"],
    [`${group}?dialog=add-member`, /^Night shift/, "Add members"],
    [`${group}?dialog=remove-member&on=${made.user}`, /^Night shift/, /^Remove Ada/],
    [`${group}?dialog=delete`, /^Night shift/, /^Delete/],
  ]);
});

test("axe finds nothing on the screens of access, and they fit a window of any width", async ({ page, made }) => {
  await look(page, [
    ["/roles", "Roles"],
    ["/roles/new", "New role"],
    [`/roles/${made.role}`, "Front desk"],
    [`/roles/${made.role}?dialog=delete`, "Front desk", /^Delete/],
    ["/apis", "APIs"],
    ["/apis/new", "New API"],
    [`/apis/${made.api}`, "Shop"],
    [`/apis/${made.api}?dialog=delete`, "Shop", /^Delete/],
    ["/tenants", "Tenants"],
    ["/tenants/new", "New tenant"],
    [`/tenants/${made.tenant}`, "North"],
    [`/tenants/${made.tenant}?dialog=delete`, "North", /^Delete/],
    ["/communities", "Communities"],
    ["/communities/new", "New community"],
    [`/communities/${made.community}`, "Guild"],
    [`/communities/${made.community}?dialog=delete`, "Guild", /^Delete/],
    [`/communities/${made.community}?dialog=add-member`, "Guild", /^Add a person/],
  ]);
});

test("axe finds nothing on the screens of the system and of one's own account, and they fit a window of any width", async ({ page, made, api }) => {
  const { items } = await api.call("get", "/api/v1/signing-keys");
  await look(page, [
    ["/activity", "Activity"],
    ["/activity?action=client.restored", "Activity"],
    [`/activity?client=${made.account.client.id}`, "Activity"],
    ["/signing-keys", "Signing keys"],
    ["/signing-keys?dialog=rotate", "Signing keys", /^Rotate/],
    [`/signing-keys?dialog=withdraw&on=${items[0]?.kid}`, "Signing keys", /^Withdraw/],
    ["/profiles", "Profiles"],
    ["/profiles/new", "New profile"],
    ["/settings", "Settings"],
    ["/account", "My account"],
    ["/account?dialog=password", "My account", "Change my password"],
    ["/account?dialog=end-others", "My account", /^Sign out everywhere else/],
  ]);
});

test("the navigation leads everywhere, at the side or in a drawer", async ({ admin: page }) => {
  const menu = page.getByRole("button", { name: "Open navigation" });
  const isNarrow = await menu.isVisible();
  const names = ["Overview", "Users", "Groups", "Roles", "APIs", "Activity", "Tenants", "Communities", "Profiles", "Settings", "Signing keys", "Clients"];
  for (const name of names) {
    if (isNarrow) await menu.click();
    const navigation = isNarrow ? page.getByRole("dialog", { name: "Navigation" }) : page.getByRole("navigation", { name: "Main" });
    if (isNarrow && name === "Users") await expectAccessible(page);
    await navigation.getByRole("link", { name, exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
});
