import { dirname } from 'node:path';
import { Command } from 'commander';
import { deviceNames, missingLibraries, type DeviceReport } from '../protocol/engineApi';
import { withEngine } from './engine';
import type { Installation } from './installation';
import { jsonOption } from './options';
import { writeLine, type Terminal } from './terminal';

/** `nanonet devices`: what training with `auto` would run on here, and why not on the others. */
export function devicesCommand(installation: Installation, terminal: Terminal): Command {
  return new Command('devices')
    .summary('say which devices work here, and which one trains')
    .description(
      'Takes a small training step on each device, compares it with the CPU, and says which\none is the fastest that is right, and why the others are left out.',
    )
    .addOption(jsonOption())
    .action(async ({ json }: { json?: boolean }) => {
      const devices = await withEngine(installation, terminal, (engine) => engine.devices());
      await writeLine(
        terminal.out,
        json ? JSON.stringify(devices) : devicesText(devices, dirname(dirname(installation.engine))),
      );
    });
}

/** @param root the folder whose `node_modules` has the runtime */
export function devicesText(devices: readonly DeviceReport[], root: string): string {
  const widest = Math.max(...Object.values(deviceNames).map((name) => name.length));
  const rows = devices
    .map(({ device, reason }) => `${deviceNames[device].padEnd(widest)}  ${reason ?? 'taken'}`)
    .join('\n');
  const needsCuda = devices.some(({ device, reason }) => device === 'cuda' && reason === missingLibraries);
  return needsCuda ? `${rows}\n\n${howToGetCuda(root)}` : rows;
}

function howToGetCuda(root: string): string {
  return [
    'For an NVIDIA card: install CUDA 12 and cuDNN 9 (https://developer.nvidia.com/cudnn), then let the',
    `runtime fetch its part for them, in ${root}:`,
    '',
    '  npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12',
  ].join('\n');
}
