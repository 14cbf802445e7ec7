// Runs the tests inside the extension host and leaves a receipt: see exitCode in code.mjs.
const { writeFileSync } = require('node:fs')
const { pathToFileURL } = require('node:url')

exports.run = async () => {
  const leave = (code, error) =>
    writeFileSync(process.env.FLEET_OPS_RECEIPT, JSON.stringify({ code, error: error && String(error.stack ?? error) }))
  try {
    const { run } = await import(pathToFileURL(process.env.FLEET_OPS_TESTS).href)
    await run()
    leave(0)
  } catch (error) {
    leave(1, error)
    throw error
  }
}
