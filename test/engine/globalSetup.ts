import { ensureChromium } from '../editor/harness/install.mjs';

/** Before the suite: where there is no graphics card, the software Vulkan that WebGPU is tested on comes with Chromium. */
export async function setup(): Promise<void> {
  if (process.platform === 'linux') await ensureChromium((line) => console.log(line));
}
