/**
 * @file Stands in for the native part of `@vscode/native-watchdog`: an extension host ends when its server has died.
 */

/** @param {number} pid of the process to outlive by a second at most */
exports.start = (pid) => {
  const timer = setInterval(() => {
    try {
      process.kill(pid, 0);
    } catch {
      process.exit(0); // nobody is left to report to
    }
  }, 1000);
  timer.unref();
};

/** @param {number} code */
exports.exit = (code) => process.exit(code);
