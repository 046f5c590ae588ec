/** Asking the committee as a person does it, with an endpoint and with a language model of another extension. Both are simulated. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimulatedServer } from '../chat/simulatedServer';
import { ticketKey } from '../chat/ticketKey';
import { bundleChatProvider } from './harness/bundle.mjs';
import { closeExtension, openExtension, pictureFailures, soon } from './harness/extension';
import type { Workbench } from './harness/workbench';
import { labelWorkspace, type LabelWorkspace } from './labelWorkspace';

let server: SimulatedServer;
let workspace: LabelWorkspace;
let code: Workbench;

beforeAll(async () => {
  server = await SimulatedServer.start({
    skill: { answerKey: ticketKey, proposes: 0.5, reflects: 1, sensitivity: 1, specificity: 1 },
  });
  workspace = await labelWorkspace(40);
  code = await openExtension(workspace.folder, {
    ...{ name: 'committee', theme: 'light' },
    otherExtensions: [await bundleChatProvider()],
    settings: {
      'chat.disableAIFeatures': false,
      'nanonet.committee.endpoint': server.url,
      'nanonet.committee.model': 'small',
    },
  });
});

pictureFailures(() => code);

afterAll(async () => {
  await closeExtension(code);
  await workspace?.remove();
  await server?.stop();
});

/** Asks about twenty texts, up to the dialog. */
async function askAbout(model: string): Promise<Awaited<ReturnType<Workbench['dialog']>>> {
  await code.runCommand('NanoNet: Ask the Committee…');
  await code.quickPick('20 texts without a label');
  await code.quickPick(model);
  return code.dialog('Send these texts to a language model?');
}

describe('the committee', () => {
  it('is asked nothing before the person agrees to what is sent and where', async () => {
    await code.runCommand('NanoNet: Set Endpoint Key…');
    await code.quickInput('sk-of-the-test');
    const dialog = await askAbout('small');
    const words = (await dialog.textContent()) ?? '';
    expect(words).toContain(`go to small at ${server.host}. They stay on this computer.`);
    expect(words).toMatch(/20 texts \([\d,]+ characters\)/);
    await code.screenshot('committee-consent');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(server.received).toEqual([]);
  });

  it('suggests labels, with who said what, and they are accepted in one step of undo', async () => {
    const dialog = await askAbout('small');
    await dialog.getByRole('button', { name: 'Send' }).click();
    const toast = await code.toast('The committee has a label for 20 of 20 texts.');
    expect(server.received.length).toBeGreaterThanOrEqual(60);
    expect(new Set(server.received.map(({ headers }) => headers.authorization))).toEqual(
      new Set(['Bearer sk-of-the-test']),
    );
    expect(await workspace.journal()).toEqual([]);

    await toast.getByRole('button', { name: 'Accept…' }).click();
    // What the reflector had to settle has less behind it than what nobody objected to.
    await code.quickPick('At least 0.75');
    await soon(async () => (await workspace.journal()).length).toBe(20);
    const lines = await workspace.journal();
    expect(new Set(lines.map((line) => (line as { batch?: string }).batch)).size).toBe(1);
    await code.runCommand('NanoNet: Undo Label');
    await soon(async () => (await workspace.journal()).length).toBe(21);
  });

  it('shows in the label panel why a text has its suggestion', async () => {
    await code.runCommand('NanoNet: Open Label Panel');
    const panel = await code.webview('Label tickets');
    await panel.locator('.text').waitFor({ timeout: 60_000 });
    const heading = panel.getByRole('heading', { name: 'What the committee said' });
    for (let i = 0; i < 20 && !(await heading.isVisible()); i += 1) await code.page.keyboard.press('Space');
    await heading.waitFor();
    await panel.getByText('by the committee').waitFor();
    await panel.getByText('small, judge 1').first().waitFor();
    await code.screenshot('committee-trace');
    await code.page.keyboard.press('Enter');
    await soon(async () => (await workspace.journal()).at(-1)?.op).toBe('label');
  });

  it('asks a language model that another extension brings, and nobody else', async () => {
    const before = server.received.length;
    const dialog = await askAbout('Simulated One');
    expect(await dialog.textContent()).toContain('Simulated One at simulated (an extension of the editor)');
    await dialog.getByRole('button', { name: 'Send' }).click();
    await code.toast('The committee has a label for 20 of 20 texts.');
    expect(server.received).toHaveLength(before);
  });
});
