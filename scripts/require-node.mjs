// Loaded before the scripts (`node --import`), in JavaScript, so that an old Node says what is wrong
// instead of failing on the first TypeScript file. npm puts the pinned Node first in PATH.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `This is Node ${process.versions.node}, which is too old. ` +
      'Run it through npm (npm start, npm test), which uses the Node that npm ci installs.',
  )
  process.exit(1)
}
