import a11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(globalIgnores(["dist", "node_modules", "src/api/generated"]), {
  files: ["src/**/*.{ts,tsx}", "abr-simulator/**/*.ts"],
  extends: [
    tseslint.configs.strictTypeChecked,
    a11y.flatConfigs.strict,
    hooks.configs.flat.recommended,
  ],
  languageOptions: { parserOptions: { projectService: true } },
  rules: {
    "@typescript-eslint/consistent-type-imports": "error",
    // Numbers read well in templates; nothing else is let through.
    "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    // `onClick={() => void-call()}` is how React handlers are written.
    "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    // React event handlers may be async; each of ours catches what it starts.
    "@typescript-eslint/no-misused-promises": [
      "error",
      { checksVoidReturn: { attributes: false } },
    ],
    "max-lines": ["error", 300],
    "max-params": ["error", 5],
    "no-console": "error",
  },
});
