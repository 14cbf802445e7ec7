/** A file that an export consists of. */
export interface ExportedFile {
  /** Relative to the folder of the export, with `/` between its parts. */
  readonly path: string
  readonly text: string
}
