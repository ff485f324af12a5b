/**
 * How code is coloured. The object is strict JSON: the terminal client reads this file too (src/chover/client/tables.py).
 *
 * patterns: regular expressions that mean the same in JavaScript without flags and in Python with re.ASCII. None has groups
 * that capture, and none looks far and then fails: whatever begins (a string, a comment) ends with the text at the latest.
 * languages: their names; rules, the first of which wins, as the kind of a token and its pattern; the pattern of words;
 * words of each kind; caseless: capitals do not matter. A word before a bracket that is none of them is a name.
 */

/** @type {{patterns: Record<string, string>, languages: import("../highlighting.js").Language[]}} */
export const LANGUAGES = {
  "patterns": {
    "slashes": "//[^\\n]*",
    "starred": "/\\*[\\s\\S]*?(?:\\*/|(?![\\s\\S]))",
    "hash": "(?<![^\\s;|&(])#[^\\n]*",
    "dashes": "--[^\\n]*",
    "semicolon": "(?<![^\\n])[;#][^\\n]*",
    "angled": "<!--[\\s\\S]*?(?:-->|(?![\\s\\S]))",
    "double": "\"[^\"\\\\\\n]*(?:\\\\[\\s\\S][^\"\\\\\\n]*)*\"?",
    "single": "'[^'\\\\\\n]*(?:\\\\[\\s\\S][^'\\\\\\n]*)*'?",
    "character": "'(?:[^'\\\\\\n]|\\\\[^\\n]{1,9}?)'",
    "backticks": "`[^`\\\\]*(?:\\\\[\\s\\S][^`\\\\]*)*`?",
    "raw": "`[^`]*`?",
    "inline": "`[^`\\n]*`?",
    "triple": "[rbfuRBFU]{0,2}(?:\"\"\"[\\s\\S]*?(?:\"\"\"|(?![\\s\\S]))|'''[\\s\\S]*?(?:'''|(?![\\s\\S])))",
    "prefixed": "[rbfuRBFU]{1,2}(?:\"[^\"\\\\\\n]*(?:\\\\[\\s\\S][^\"\\\\\\n]*)*\"?|'[^'\\\\\\n]*(?:\\\\[\\s\\S][^'\\\\\\n]*)*'?)",
    "pattern": "(?:(?<=[=(,:!&|?+\\[])|(?<=[=(,:!&|?+] ))/(?![/*\\s])[^/\\\\\\n]*(?:\\\\[^\\n][^/\\\\\\n]*)*/[dgimsuvy]*",
    "number": "(?:0[xX][\\da-fA-F_]+|\\d[\\d_]*(?:\\.\\d[\\d_]*)?(?:[eE][+-]?\\d+)?)\\w*",
    "amount": "#[\\da-fA-F]{3,8}(?!\\w)|\\d[\\d.]*(?:%|\\w*)",
    "word": "[A-Za-z_$][\\w$]*",
    "shellword": "[A-Za-z_][\\w.-]*",
    "dashed": "-{0,2}[A-Za-z_][\\w-]*",
    "decorator": "@[A-Za-z_][\\w.]*",
    "defined": "(?:(?<=\\bdef )|(?<=\\bclass ))[A-Za-z_]\\w*",
    "include": "(?<![^\\n])[ \\t]*#[ \\t]*\\w+",
    "attribute": "#!?\\[[^\\[\\]\\n]*\\]?",
    "macro": "[A-Za-z_]\\w*!(?=[(\\[{])",
    "lifetime": "'[A-Za-z_]\\w*",
    "variable": "\\$(?:\\w+|\\{[^{}\\n]*\\}?|[@#?*!$-])",
    "flag": "(?<= )--?[A-Za-z][\\w-]*",
    "quotedkey": "\"[^\"\\\\\\n]*(?:\\\\[^\\n][^\"\\\\\\n]*)*\"(?=[ \\n]*:)",
    "tag": "</?[A-Za-z][\\w:.-]*|/?>",
    "doctype": "<[!?][^>\\n]*>?",
    "entity": "&#?\\w{1,32};",
    "value": "(?<==)(?:\"[^\"]*\"?|'[^']*'?)",
    "namedvalue": "[A-Za-z_:@][\\w:.-]*(?==)",
    "xmlword": "[A-Za-z_:@][\\w:.-]*",
    "property": "-{0,2}[A-Za-z][\\w-]*(?=:[ \\n])",
    "atrule": "@[A-Za-z-]+",
    "selector": "[.#][A-Za-z_][\\w-]*",
    "yamlkey": "[A-Za-z_][\\w./-]*(?=:(?![^ \\n]))",
    "inikey": "[A-Za-z_][\\w.-]*(?=[ \\t]*=)",
    "section": "(?<![^\\n])\\[[^\\n]*",
    "file": "(?<![^\\n])(?:diff |index |--- |\\+\\+\\+ )[^\\n]*",
    "hunk": "(?<![^\\n])@@[^\\n]*",
    "plus": "(?<![^\\n])\\+[^\\n]*",
    "minus": "(?<![^\\n])-[^\\n]*",
    "heading": "(?<![^\\n])#{1,6} [^\\n]*",
    "bullet": "(?<![^\\n])[ \\t]*(?:[-*+]|\\d{1,9}\\.) ",
    "cited": "(?<![^\\n])>[^\\n]*",
    "strong": "\\*\\*[^*\\n]+\\*\\*",
    "anchor": "\\[[^\\[\\]\\n]*\\]\\([^()\\n]*\\)"
  },
  "languages": [
    {"names": ["python", "py", "python3", "pyi"], "word": "word", "rules": [["comment", "hash"], ["string", "triple"], ["string", "prefixed"], ["string", "double"], ["string", "single"], ["name", "decorator"], ["name", "defined"], ["number", "number"]],
     "words": {
      "keyword": "and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return try while with yield",
      "number": "True False None",
      "name": "self cls"}},
    {"names": ["javascript", "js", "jsx", "mjs", "cjs"], "word": "word", "rules": [["comment", "slashes"], ["comment", "starred"], ["string", "double"], ["string", "single"], ["string", "backticks"], ["string", "pattern"], ["number", "number"]],
     "words": {
      "keyword": "async await break case catch class const continue debugger default delete do else export extends finally for from function get if import in instanceof let new of return set static super switch this throw try typeof var void while with yield",
      "number": "true false null undefined NaN Infinity"}},
    {"names": ["typescript", "ts", "tsx", "mts"], "word": "word", "rules": [["comment", "slashes"], ["comment", "starred"], ["string", "double"], ["string", "single"], ["string", "backticks"], ["string", "pattern"], ["name", "decorator"], ["number", "number"]],
     "words": {
      "keyword": "async await break case catch class const continue debugger default delete do else export extends finally for from function get if import in instanceof let new of return set static super switch this throw try typeof var void while with yield abstract as declare enum implements interface is keyof namespace private protected public readonly satisfies type",
      "number": "true false null undefined NaN Infinity",
      "name": "any bigint boolean never number object string symbol unknown"}},
    {"names": ["json", "jsonc", "json5", "ndjson"], "word": "word", "rules": [["comment", "slashes"], ["comment", "starred"], ["name", "quotedkey"], ["string", "double"], ["number", "number"]],
     "words": {
      "number": "true false null"}},
    {"names": ["html", "xml", "svg", "htm", "xhtml", "vue"], "word": "xmlword", "rules": [["comment", "angled"], ["comment", "doctype"], ["string", "value"], ["keyword", "tag"], ["name", "namedvalue"], ["number", "entity"]], "words": {}},
    {"names": ["css", "scss", "less"], "word": "dashed", "rules": [["comment", "starred"], ["string", "double"], ["string", "single"], ["number", "amount"], ["keyword", "atrule"], ["name", "property"], ["keyword", "selector"]],
     "words": {
      "number": "important inherit initial none auto unset"}},
    {"names": ["shell", "sh", "bash", "zsh", "console", "shellsession", "fish"], "word": "shellword", "rules": [["comment", "hash"], ["string", "double"], ["string", "single"], ["name", "variable"], ["number", "flag"], ["number", "number"]],
     "words": {
      "keyword": "if then elif else fi for in do done while until case esac function return export local readonly declare unset set exit source exec trap shift break continue",
      "name": "cd echo printf test read eval sudo alias cat cp curl docker find git grep kill ls make mkdir mv npm pip python rm sed ssh systemctl tar"}},
    {"names": ["sql", "sqlite", "postgres", "postgresql", "mysql", "plpgsql"], "word": "word", "caseless": true, "rules": [["comment", "dashes"], ["comment", "starred"], ["string", "single"], ["name", "double"], ["number", "number"]],
     "words": {
      "keyword": "add all alter analyze and as asc begin between by case cascade check column commit conflict constraint create cross database default delete desc distinct do drop else end except exists explain foreign from full function group having if in index inner insert intersect into is join key left like limit not nothing null offset on or order outer over partition primary references returning right rollback select set table then to transaction trigger union unique update using values view when where window with",
      "number": "true false",
      "name": "bigint blob boolean bytea char date decimal float int integer interval json jsonb numeric real serial smallint text time timestamp timestamptz uuid varchar"}},
    {"names": ["c", "cpp", "c++", "h", "hpp", "cc", "cxx", "objc", "arduino"], "word": "word", "rules": [["comment", "slashes"], ["comment", "starred"], ["keyword", "include"], ["string", "double"], ["string", "character"], ["number", "number"]],
     "words": {
      "keyword": "alignas alignof auto break case catch class const constexpr continue default delete do else enum explicit export extern final for friend goto if inline mutable namespace new noexcept operator override private protected public register return sizeof static struct switch template this throw try typedef typename union using virtual volatile while",
      "number": "true false NULL nullptr",
      "name": "bool char double float int int8_t int16_t int32_t int64_t long short signed size_t ssize_t uint8_t uint16_t uint32_t uint64_t unsigned void string"}},
    {"names": ["go", "golang"], "word": "word", "rules": [["comment", "slashes"], ["comment", "starred"], ["string", "double"], ["string", "raw"], ["string", "character"], ["number", "number"]],
     "words": {
      "keyword": "break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var",
      "number": "true false nil iota",
      "name": "any bool byte complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 uintptr"}},
    {"names": ["rust", "rs"], "word": "word", "rules": [["comment", "slashes"], ["comment", "starred"], ["string", "double"], ["string", "character"], ["name", "lifetime"], ["name", "attribute"], ["name", "macro"], ["number", "number"]],
     "words": {
      "keyword": "as async await break const continue crate dyn else enum extern fn for if impl in let loop match mod move mut pub ref return static struct super trait type unsafe use where while",
      "number": "true false None Some Ok Err",
      "name": "bool char f32 f64 i8 i16 i32 i64 i128 isize self Self str String u8 u16 u32 u64 u128 usize Box Option Result Vec"}},
    {"names": ["java", "kotlin", "kt", "scala", "csharp", "cs", "c#", "swift", "dart", "php"], "word": "word", "rules": [["comment", "slashes"], ["comment", "starred"], ["string", "double"], ["string", "character"], ["name", "decorator"], ["number", "number"]],
     "words": {
      "keyword": "abstract assert async await break case catch class const continue data default do else enum extends final finally for foreach fun func function guard if implements import in instanceof interface internal is let namespace native new object open override package private protected public readonly record return sealed static struct super switch synchronized this throw throws trait try using val var virtual volatile when where while yield",
      "number": "true false null nil",
      "name": "bool boolean Boolean byte char decimal double float Float int Int Integer List long Long Map Object short string String void Void"}},
    {"names": ["ruby", "rb", "elixir", "ex", "perl", "lua"], "word": "word", "rules": [["comment", "hash"], ["string", "double"], ["string", "single"], ["name", "defined"], ["name", "variable"], ["number", "number"]],
     "words": {
      "keyword": "alias and begin break case class def do else elsif elseif end ensure for function if in local module my next not or redo repeat require rescue retry return self sub super then unless until use when while yield",
      "number": "true false nil"}},
    {"names": ["yaml", "yml"], "word": "shellword", "rules": [["comment", "hash"], ["name", "yamlkey"], ["string", "double"], ["string", "single"], ["number", "number"]],
     "words": {
      "number": "true false null yes no on off"}},
    {"names": ["toml", "ini", "cfg", "conf", "properties", "env", "dotenv"], "word": "shellword", "rules": [["comment", "semicolon"], ["comment", "hash"], ["keyword", "section"], ["name", "inikey"], ["string", "double"], ["string", "single"], ["number", "number"]],
     "words": {
      "number": "true false yes no on off"}},
    {"names": ["dockerfile", "docker", "makefile", "make", "nginx"], "word": "shellword", "rules": [["comment", "hash"], ["string", "double"], ["string", "single"], ["name", "variable"], ["number", "number"]],
     "words": {
      "keyword": "FROM RUN CMD LABEL EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG ONBUILD HEALTHCHECK SHELL AS include ifeq ifneq ifdef ifndef else endif define endef export server location upstream listen server_name proxy_pass root return"}},
    {"names": ["diff", "patch"], "word": "word", "rules": [["comment", "file"], ["keyword", "hunk"], ["added", "plus"], ["removed", "minus"]], "words": {}},
    {"names": ["markdown", "md"], "word": "word", "rules": [["keyword", "heading"], ["keyword", "bullet"], ["comment", "cited"], ["string", "inline"], ["name", "strong"], ["string", "anchor"]], "words": {}}
  ]
};
