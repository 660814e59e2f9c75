"""The citizen's document store, and the vault in which every uploaded file sleeps.

Owns: files (judged by content, sealed, outside any web root), documents with their source, and the second origin from
which a file may be fetched with a short-lived token of one purpose.
Does not own: which dossier a file belongs to (`dossiers`) or who may see it (the caller decides, then gets a token).
Serves: Decree 45/2020 Art 16 (the personal data store), RFC 6266 (attachments), CSP Level 3 (sandbox).
"""
