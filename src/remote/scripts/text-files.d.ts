declare module '*.sh' {
  const text: string
  // biome-ignore lint/style/noDefaultExport: the shape of a file loaded by esbuild's text loader
  export default text
}
