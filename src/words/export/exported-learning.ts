import { type Learning, meanLoss } from '../../model/learning.ts';
import type { SummarizeStyles } from '../../ports/style-summary.ts';

/** What reviews have taught about the learner, with the field names of an export. */
export function exportedLearning(
  { version, at, reviews, losses, correction, styles }: Learning,
  summarize: SummarizeStyles,
): object {
  const { predictions, logLoss, defaultLogLoss } = losses;
  return {
    version,
    at: at.toISOString(),
    reviews,
    predictions,
    log_loss: meanLoss(logLoss, predictions),
    default_log_loss: meanLoss(defaultLogLoss, predictions),
    correction,
    styles: styles === null ? [] : summarize(styles),
  };
}
