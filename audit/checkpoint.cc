#include "audit/checkpoint.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "audit/base64.h"
#include "base/status_macros.h"

namespace fusionhub::audit {
namespace {

absl::Status NotACheckpoint(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("not a checkpoint: ", what));
}

absl::StatusOr<uint64_t> ParseSize(absl::string_view text) {
  int64_t size = 0;
  // Printing again refuses signs, spaces and leading zeroes.
  if (!absl::SimpleAtoi(text, &size) || size < 0 || absl::StrCat(size) != text) {
    return NotACheckpoint("the size is not a plain number below 2^63");
  }
  return static_cast<uint64_t>(size);
}

}  // namespace

std::string CheckpointBody(const Checkpoint& checkpoint) {
  std::string body = absl::StrCat(checkpoint.origin, "\n", checkpoint.size, "\n",
                                  absl::Base64Escape(crypto::View(checkpoint.root)), "\n");
  for (const std::string& line : checkpoint.extensions) absl::StrAppend(&body, line, "\n");
  return body;
}

absl::StatusOr<Checkpoint> ParseCheckpointBody(absl::string_view text) {
  if (!absl::ConsumeSuffix(&text, "\n")) return NotACheckpoint("the last line is not ended");
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  if (lines.size() < 3) return NotACheckpoint("fewer than three lines");
  Checkpoint checkpoint;
  for (const absl::string_view line : lines) {
    if (line.empty()) return NotACheckpoint("an empty line");
  }
  checkpoint.origin = std::string(lines[0]);
  FUSIONHUB_ASSIGN_OR_RETURN(checkpoint.size, ParseSize(lines[1]));
  FUSIONHUB_ASSIGN_OR_RETURN(const std::string root, StrictBase64Decode(lines[2]));
  FUSIONHUB_ASSIGN_OR_RETURN(checkpoint.root, crypto::DigestFromBytes(root));
  for (size_t i = 3; i < lines.size(); ++i) checkpoint.extensions.emplace_back(lines[i]);
  return checkpoint;
}

absl::StatusOr<SignedCheckpoint> OpenCheckpoint(absl::string_view note, const VerifierKey& key,
                                                absl::string_view origin) {
  SignedCheckpoint result;
  FUSIONHUB_ASSIGN_OR_RETURN(result.note, ParseNote(note));
  // Nothing in the text is believed before its signature is checked.
  FUSIONHUB_RETURN_IF_ERROR(VerifyNote(result.note, key));
  FUSIONHUB_ASSIGN_OR_RETURN(result.checkpoint, ParseCheckpointBody(result.note.text));
  if (result.checkpoint.origin != (origin.empty() ? key.name() : origin)) {
    return absl::UnauthenticatedError("the checkpoint is another log's (origin differs)");
  }
  return result;
}

}  // namespace fusionhub::audit
