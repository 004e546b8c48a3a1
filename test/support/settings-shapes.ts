/** Settings of Claude Code as they lie on people's disks, by what is peculiar about each. Made by hand. */
export const SETTINGS_SHAPES: Readonly<Record<string, string>> = {
  'an empty object': '{}',
  'an empty object and a newline': '{}\n',
  'an empty object over two lines': '{\n}\n',
  'an empty file': '',
  'blanks only': '\n  \n',
  'one setting': '{\n  "model": "opus"\n}\n',
  'no newline at the end': '{\n  "model": "opus"\n}',
  'several newlines at the end': '{\n  "model": "opus"\n}\n\n\n',
  'indented by four': '{\n    "model": "opus",\n    "env": {\n        "FOO": "1"\n    }\n}\n',
  'indented by tabs': '{\n\t"model": "opus",\n\t"env": {\n\t\t"FOO": "1"\n\t}\n}\n',
  'not indented': '{\n"model": "opus",\n"env": {}\n}\n',
  'in one line': '{"model":"opus","cleanupPeriodDays":99999}',
  'in one line, with blanks and hooks':
    '{ "hooks": { "Stop": [ { "hooks": [ { "type": "command", "command": "say done" } ] } ] } }\n',
  'Windows line ends': '{\r\n  "model": "opus",\r\n  "permissions": {\r\n    "allow": []\r\n  }\r\n}\r\n',
  'mixed line ends': '{\r\n  "model": "opus",\n  "includeCoAuthoredBy": false\r\n}\n',
  'a byte order mark': '\ufeff{\n  "model": "opus"\n}\n',
  'a byte order mark and Windows line ends': '\ufeff{\r\n  "model": "opus"\r\n}\r\n',
  'an empty hooks object': '{\n  "hooks": {}\n}\n',
  'empty lists of hooks': '{\n  "hooks": {\n    "Stop": [],\n    "SessionStart": [{ "hooks": [] }]\n  }\n}\n',
  'a hook of its own at Stop':
    '{\n  "hooks": {\n    "Stop": [\n      {\n        "hooks": [\n          {\n            "type": "command",\n            "command": "afplay /System/Library/Sounds/Glass.aiff"\n          }\n        ]\n      }\n    ]\n  }\n}\n',
  'hooks with matchers, of other events':
    '{\n  "hooks": {\n    "PreToolUse": [\n      { "matcher": "Bash", "hooks": [{ "type": "command", "command": "python3 ~/guard.py" }] },\n      { "matcher": "Edit|Write", "hooks": [{ "type": "command", "command": "prettier --write" }] }\n    ]\n  },\n  "model": "sonnet"\n}\n',
  'hooks over and over, in one line each':
    '{\n  "hooks": {\n    "SessionStart": [{"hooks": [{"type": "command", "command": "cat ~/notes.md"}]}],\n    "Stop": [{"hooks": [{"type": "command", "command": "notify-send done"}]}],\n    "SessionEnd": [{"hooks": [{"type": "command", "command": "rm -f /tmp/x"}]}]\n  }\n}\n',
  'a status line':
    '{\n  "statusLine": {\n    "type": "command",\n    "command": "~/.claude/statusline.sh",\n    "padding": 0\n  }\n}\n',
  'a status line with a pipe and quotes':
    '{\n  "statusLine": { "type": "command", "command": "npx -y ccusage statusline | sed \\"s/x/y/\\"" },\n  "model": "opus"\n}\n',
  'the hook of the Python original':
    '{\n  "hooks": {\n    "UserPromptSubmit": [\n      { "hooks": [{ "type": "command", "command": "forge sync --quiet" }] }\n    ]\n  }\n}\n',
  'permissions, environment, plugins':
    '{\n  "$schema": "https://json.schemastore.org/claude-code-settings.json",\n  "permissions": {\n    "allow": ["Bash(npm run test:*)", "Read(~/.zshrc)"],\n    "deny": ["Read(./.env)"],\n    "defaultMode": "acceptEdits"\n  },\n  "env": { "CLAUDE_CODE_ENABLE_TELEMETRY": "1" },\n  "enabledPlugins": { "formatter@acme": true },\n  "alwaysThinkingEnabled": true\n}\n',
  'letters of all the world':
    '{\n  "language": "日本語",\n  "env": { "GREETING": "Grüß dich 👋 \\u00e9\\ud83d\\ude00" }\n}\n',
  'escapes and slashes': '{\n  "env": { "A": "C:\\\\Users\\\\ana", "B": "a\\/b", "C": "\\u003chtml\\u003e" }\n}\n',
  'numbers as people write them': '{\n  "cleanupPeriodDays": 3.65e2,\n  "env": { "N": "1.0" },\n  "x": -0.0\n}\n',
  'keys out of order, hooks first and last words behind':
    '{\n  "hooks": {\n    "Notification": [{ "hooks": [{ "type": "command", "command": "tput bel" }] }]\n  },\n  "zoo": 1,\n  "apiKeyHelper": "~/bin/key"\n}\n',
  'blank lines between settings': '{\n\n  "model": "opus",\n\n\n  "theme": "dark"\n\n}\n',
  'a comma before each':
    '{\n    "model": "opus"\n  , "theme": "dark"\n  , "env": { "A": "1"\n           , "B": "2" }\n}\n',
  'a hook that has our name but is not ours':
    '{\n  "hooks": {\n    "Stop": [\n      { "hooks": [{ "type": "command", "command": "/opt/other/.claudeforge/bin/forge-hook Stop" }] }\n    ]\n  }\n}\n',
  'hooks of types we do not know':
    '{\n  "hooks": {\n    "Stop": [\n      { "hooks": [{ "type": "http", "url": "http://127.0.0.1:1/x" }, { "type": "prompt", "prompt": "go on?" }] }\n    ]\n  },\n  "disableAllHooks": false\n}\n',
}
