/** What a frontend asks for to show a pool: the profile, its counts, and fifty words with their unused dialogs. */
export const POOL_PAGE = {
  query: /* GraphQL */ `
    query PoolPage($id: ID!) {
      profile(id: $id) {
        id
        name
        nativeLanguage
        targetLanguage
        level
        createdAt
        pool {
          unusedTotal
          usedTotal
          min
          shortfall
          wordCounts { pending teaching learned }
        }
        words(first: 50) {
          edges {
            cursor
            node {
              id
              text
              translation
              state
              createdAt
              unusedDialog {
                id
                generator
                createdAt
                turns { speaker text translation audioUrl }
              }
            }
          }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  `,
  variables: { id: 'course' },
};
