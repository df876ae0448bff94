import graphqlEslint from '@graphql-eslint/eslint-plugin';

/** Types that have no id: each is a part of what it is read with, and nothing reads it alone. */
const parts = [
  'ArmRewards',
  'ChampionChange',
  'Correction',
  'DialogReview',
  'Learning',
  'LearningVersion',
  'PageInfo',
  'Pool',
  'PromptTrial',
  'Prompts',
  'RejectedLine',
  'SelfCheck',
  'SkippedWord',
  'Spend',
  'StyleBelief',
  'TrialEvidence',
  'Turn',
  'WordCounts',
  'WordMemory',
  'WordResult',
];

/** The recommended rules for schemas and those of Relay, with every exception and its reason. */
export default [
  {
    files: ['schema.graphql'],
    languageOptions: {
      parser: graphqlEslint.parser,
      parserOptions: { graphQLConfig: { schema: 'schema.graphql' } },
    },
    plugins: { '@graphql-eslint': graphqlEslint },
    rules: {
      ...graphqlEslint.configs['flat/schema-recommended'].rules,
      ...graphqlEslint.configs['flat/schema-relay'].rules,
      // A type that is new here either has an id of its own or is added to the parts. Relay's own types and payloads
      // have no id in Relay's specification either.
      '@graphql-eslint/strict-id-in-types': [
        'error',
        { exceptions: { types: parts, suffixes: ['Connection', 'Edge', 'Payload'] } },
      ],
      // Lists are read forwards only: both stores page by a cursor after which they read on.
      '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
      '@graphql-eslint/relay-edge-types': [
        'error',
        {
          // Ids of words, dialogs and top-ups are unique within their profile only, and access is decided by the
          // profile. So no `node(id)` could find them, and there is no interface Node.
          shouldImplementNode: false,
          // Short lists with a fixed bound, such as the turns of a dialog or the words that were added, need no pages.
          listTypeCanWrapOnlyEdgeType: false,
        },
      ],
    },
  },
];
