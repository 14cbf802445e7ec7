import {
  type ClientCapabilities,
  CodeActionKind,
  DiagnosticTag,
  type InitializeParams,
  InsertTextMode,
  MarkupKind,
  type TextDocumentClientCapabilities,
} from 'vscode-languageserver/node'

/** What a client can show, so that nothing else is offered or sent. The client says so once, at `initialize`. */
export interface ClientSupport {
  /** Whether the client supports a feature of text documents at all, such as `hover`. */
  readonly knows: (feature: keyof TextDocumentClientCapabilities) => boolean
  readonly snippets: boolean
  /** Completions that tell inserting before the rest of a word from replacing it. */
  readonly insertReplace: boolean
  /** Completions of several lines that are inserted as they are, with no indentation added. */
  readonly insertAsIs: boolean
  readonly completionMarkdown: boolean
  readonly hoverMarkdown: boolean
  readonly related: boolean
  readonly codeDescriptions: boolean
  readonly unnecessaryTag: boolean
  readonly diagnosticVersions: boolean
  readonly symbolTrees: boolean
  readonly wholeLineFolding: boolean
  readonly codeActions: boolean
  readonly preparedRename: boolean
  /** The commands `fleetOps.*` exist in the client: ours says so in `initializationOptions.commands`, and no other does. */
  readonly commands: boolean
}

/** Reads what a client supports from its first message. What is not mentioned is not supported. */
export function clientSupport({ capabilities, initializationOptions }: InitializeParams): ClientSupport {
  const { textDocument = {} }: ClientCapabilities = capabilities
  const { publishDiagnostics: diagnostics, codeAction } = textDocument
  const item = textDocument.completion?.completionItem
  return {
    knows: feature => textDocument[feature] !== undefined,
    snippets: item?.snippetSupport ?? false,
    insertReplace: item?.insertReplaceSupport ?? false,
    insertAsIs: item?.insertTextModeSupport?.valueSet.includes(InsertTextMode.asIs) ?? false,
    completionMarkdown: item?.documentationFormat?.includes(MarkupKind.Markdown) ?? false,
    hoverMarkdown: textDocument.hover?.contentFormat?.includes(MarkupKind.Markdown) ?? false,
    related: diagnostics?.relatedInformation ?? false,
    codeDescriptions: diagnostics?.codeDescriptionSupport ?? false,
    unnecessaryTag: diagnostics?.tagSupport?.valueSet.includes(DiagnosticTag.Unnecessary) ?? false,
    diagnosticVersions: diagnostics?.versionSupport ?? false,
    symbolTrees: textDocument.documentSymbol?.hierarchicalDocumentSymbolSupport ?? false,
    wholeLineFolding: textDocument.foldingRange?.lineFoldingOnly ?? false,
    codeActions:
      codeAction?.codeActionLiteralSupport?.codeActionKind.valueSet.includes(CodeActionKind.QuickFix) ?? false,
    preparedRename: textDocument.rename?.prepareSupport ?? false,
    commands: saysCommands(initializationOptions),
  }
}

function saysCommands(options: unknown): boolean {
  return typeof options === 'object' && options !== null && 'commands' in options && options.commands === true
}
