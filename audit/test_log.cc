#include "audit/test_log.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "audit/byte_codec.h"
#include "crypto/digest.h"
#include "storage/memory_store.h"

namespace fusionhub::audit {

TestLog::TestLog(const std::string& name)
    : folder_(::testing::TempDir() + "/" + name),
      random_(1),
      key_(crypto::Ed25519PrivateKey::Generate(random_).value()),
      vkey_(VerifierKey::Create(kTestOrigin, KeyType::kEd25519, key_.public_key()).value()) {
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
  ReplaceStore();
}

void TestLog::ReplaceStore() { store_ = storage::NewMemoryStore(); }

LogOptions TestLog::Options() const {
  return LogOptions{.folder = tiles(),
                    .signer_state_path = signer_state(),
                    .kek_folder = folder_ + "/kek",
                    .origin = std::string(kTestOrigin),
                    .key = key_,
                    .cosigners = {},
                    .sequencer = sequencer};
}

absl::StatusOr<std::unique_ptr<Log>> TestLog::Open() {
  return Log::Open(Options(), *store_, random_);
}

absl::Time TestTime() { return absl::FromUnixSeconds(1772461536); }

std::string TestId(uint64_t number) { return "testquer" + BigEndian64(number); }

namespace {

EntryDraft Draft(EntryType type, uint64_t query) {
  EntryDraft draft;
  draft.type = type;
  draft.query_id = TestId(query);
  draft.time = TestTime();
  draft.policy_digest = crypto::Sha256("policy");
  draft.purpose = "REJ-4.2";
  draft.data = "plate_reads";
  draft.action = "search";
  return draft;
}

}  // namespace

EntryDraft IntentDraft(uint64_t query, std::vector<std::string> owners) {
  EntryDraft draft = Draft(EntryType::kIntent, query);
  draft.owners = std::move(owners);
  draft.expires = draft.time + absl::Minutes(2);
  draft.query_digest = crypto::Sha256(TestId(query));
  draft.payload = {{"operator", "badge 1234"}, {"case", "26-004711"}, {"plate", "MO AB123C"}};
  return draft;
}

EntryDraft ReleaseDraft(uint64_t query, uint64_t intent, const std::string& owner) {
  EntryDraft draft = Draft(EntryType::kRelease, query);
  draft.reference = intent;
  draft.owners = {owner};
  draft.outcome = "released";
  draft.answer_digest = crypto::Sha256("answer");
  draft.released_root = crypto::Sha256("released");
  return draft;
}

EntryDraft RefuseDraft(uint64_t query, uint64_t intent, const std::string& owner) {
  EntryDraft draft = Draft(EntryType::kRefuse, query);
  draft.reference = intent;
  draft.owners = {owner};
  draft.outcome = "refused";
  draft.clause = "SO#C.2";
  return draft;
}

EntryDraft CloseDraft(uint64_t query, uint64_t opening) {
  EntryDraft draft = Draft(EntryType::kClose, query);
  draft.reference = opening;
  draft.answer_digest = crypto::Sha256("statement");
  return draft;
}

std::string ReadWholeFile(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  EXPECT_TRUE(stream.good()) << path;
  return {std::istreambuf_iterator<char>(stream), {}};
}

void WriteWholeFile(const std::string& path, absl::string_view content) {
  std::ofstream stream(path, std::ios::binary | std::ios::trunc);
  stream.write(content.data(), static_cast<std::streamsize>(content.size()));
  ASSERT_TRUE(stream.good()) << path;
}

bool FileExists(const std::string& path) { return std::filesystem::exists(path); }

}  // namespace fusionhub::audit
