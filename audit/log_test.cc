#include "audit/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "audit/commitment.h"
#include "audit/cosignature.h"
#include "audit/fsck.h"
#include "audit/test_log.h"
#include "base/status_matchers.h"

namespace fusionhub::audit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(LogTest, AnEmptyLogHasASignedCheckpoint) {
  TestLog test("log_empty");
  const auto log = test.Open();
  FUSIONHUB_ASSERT_OK(log);
  const PublishedCheckpoint latest = (*log)->LatestCheckpoint();
  EXPECT_EQ(latest.size, 0u);
  FUSIONHUB_EXPECT_OK(OpenCheckpoint(latest.note, test.vkey(), kTestOrigin));
  EXPECT_EQ(ReadWholeFile(test.tiles() + "/checkpoint"), latest.note);
}

TEST(LogTest, AnAppendedEntryIsProvenInASignedCheckpoint) {
  TestLog test("log_append");
  const auto log = test.Open().value();
  for (uint64_t i = 0; i < 20; ++i) {
    const auto appended = log->AppendAndWait(IntentDraft(i, {"slmpd"}));
    FUSIONHUB_ASSERT_OK(appended);
    EXPECT_EQ(appended->index, i);
    EXPECT_GT(appended->checkpoint_size, i);
    const auto checkpoint = log->CheckpointAt(appended->checkpoint_size);
    FUSIONHUB_ASSERT_OK(checkpoint);
    const auto opened = OpenCheckpoint(checkpoint->note, test.vkey(), kTestOrigin);
    FUSIONHUB_ASSERT_OK(opened);
    const auto proof = log->InclusionProof(i, appended->checkpoint_size);
    FUSIONHUB_ASSERT_OK(proof);
    FUSIONHUB_EXPECT_OK(VerifyInclusion(i, opened->checkpoint.size, LeafHash(appended->leaf),
                                        *proof, opened->checkpoint.root));
    EXPECT_EQ(log->Leaf(i).value(), appended->leaf);
  }
}

TEST(LogTest, ConsistencyIsProvenBetweenAnyTwoSizes) {
  TestLog test("log_consistency");
  const auto log = test.Open().value();
  std::vector<Digest> roots = {EmptyRoot()};
  for (uint64_t i = 0; i < 12; ++i) {
    FUSIONHUB_ASSERT_OK(log->AppendAndWait(IntentDraft(i, {"slmpd"})));
    roots.push_back(log->LatestCheckpoint().root);
  }
  for (uint64_t to = 0; to <= 12; ++to) {
    for (uint64_t from = 0; from <= to; ++from) {
      FUSIONHUB_EXPECT_OK(
          VerifyGrowth(from, to, log->ConsistencyProof(from, to).value(), roots[from], roots[to]));
    }
  }
}

TEST(LogTest, WhatIsNotThereIsNotProven) {
  TestLog test("log_range");
  const auto log = test.Open().value();
  FUSIONHUB_ASSERT_OK(log->AppendAndWait(IntentDraft(0, {"slmpd"})));
  EXPECT_EQ(log->InclusionProof(0, 2).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(log->InclusionProof(1, 1).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(log->ConsistencyProof(1, 2).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(log->ConsistencyProof(1, 0).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(log->Leaf(1).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_TRUE(log->Leaves(1, 5)->empty());
  EXPECT_EQ(log->Leaves(0, 5)->size(), 1u);
}

TEST(LogTest, AQuerysEntriesAreFoundAgain) {
  TestLog test("log_query");
  const auto log = test.Open().value();
  for (const uint64_t query : {1, 2, 1, 3, 1}) {
    FUSIONHUB_ASSERT_OK(log->AppendAndWait(IntentDraft(query, {"slmpd"})));
  }
  EXPECT_THAT(log->EntriesOf(TestId(1)).value(), ElementsAre(0, 2, 4));
  EXPECT_THAT(log->EntriesOf(TestId(2)).value(), ElementsAre(1));
  EXPECT_TRUE(log->EntriesOf(TestId(9))->empty());
  EXPECT_FALSE(log->EntriesOf("short").ok());
}

TEST(LogTest, AnEntryOpensToItsExactFacts) {
  TestLog test("log_open_entry");
  const auto log = test.Open().value();
  const auto appended = log->AppendAndWait(IntentDraft(1, {"slmpd"})).value();
  const auto opened = log->OpenEntry(0);
  FUSIONHUB_ASSERT_OK(opened);
  EXPECT_EQ(PayloadValue(opened->payload, "plate").value(), "MO AB123C");
  EXPECT_EQ(opened->query_salt, appended.query_salt);
  EXPECT_TRUE(opened->answer_salt.empty());
}

TEST(LogTest, AShreddedEntryStaysProvenButOpensNoMore) {
  TestLog test("log_shred");
  const auto log = test.Open().value();
  const auto appended = log->AppendAndWait(IntentDraft(1, {"slmpd"})).value();
  FUSIONHUB_ASSERT_OK(log->keks().Destroy(KekFolder::DayOf(TestTime())));
  EXPECT_THAT(log->OpenEntry(0), StatusIs(absl::StatusCode::kNotFound, HasSubstr("shredded")));
  FUSIONHUB_EXPECT_OK(
      VerifyInclusion(0, 1, LeafHash(appended.leaf), {}, log->LatestCheckpoint().root));
}

TEST(LogTest, RecentEntriesOfATypeAreReplayedNewestFirst) {
  TestLog test("log_replay");
  const auto log = test.Open().value();
  for (int hour = 0; hour < 5; ++hour) {
    EntryDraft draft = IntentDraft(hour, {"slmpd"});
    draft.time += absl::Hours(hour);
    draft.expires = draft.time + absl::Minutes(1);
    FUSIONHUB_ASSERT_OK(log->AppendAndWait(draft));
    EntryDraft refuse = RefuseDraft(hour, 2 * hour, "slmpd");
    refuse.time = draft.time;
    FUSIONHUB_ASSERT_OK(log->AppendAndWait(refuse));
  }
  std::vector<uint64_t> seen;
  FUSIONHUB_ASSERT_OK(log->ForEachOpened(EntryType::kIntent, TestTime() + absl::Hours(2),
                                         [&](const Log::OpenedEntry& opened) {
                                           seen.push_back(opened.index);
                                           return true;
                                         }));
  EXPECT_THAT(seen, ElementsAre(8, 6, 4));
}

TEST(LogTest, ManyThreadsAppendAndNothingIsLost) {
  TestLog test("log_threads");
  const auto log = test.Open().value();
  constexpr int kThreads = 8;
  constexpr int kEach = 150;
  Mutex mu;
  std::map<uint64_t, std::string> leaves;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const auto appended = log->AppendAndWait(IntentDraft(1000 * t + i, {"slmpd"}));
        EXPECT_THAT(appended, IsOk());
        MutexLock lock(mu);
        EXPECT_TRUE(leaves.emplace(appended->index, appended->leaf).second);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_EQ(leaves.size(), kThreads * kEach);
  CompactRange range;
  for (const auto& [index, leaf] : leaves) {
    EXPECT_EQ(index, range.size());
    range.Append(LeafHash(leaf));
  }
  EXPECT_EQ(range.Root(), log->LatestCheckpoint().root);
  log->FlushFiles();
  const auto report = Fsck(FolderSource(test.tiles()),
                           {.log_key = test.vkey(), .origin = "", .parse_leaves = true});
  FUSIONHUB_ASSERT_OK(report);
  EXPECT_TRUE(report->ok());
  EXPECT_EQ(report->entries_hashed, kThreads * kEach);
}

TEST(LogTest, TheListenerHearsOfACheckpointBeforeItsEntriesAreAcknowledged) {
  TestLog test("log_listener");
  std::atomic<uint64_t> heard{0};
  test.sequencer.on_checkpoint = [&](const PublishedCheckpoint& checkpoint) {
    EXPECT_GT(checkpoint.size, heard);
    heard = checkpoint.size;
  };
  const auto log = test.Open().value();
  std::atomic<int> acknowledged{0};
  for (int i = 0; i < 100; ++i) {
    FUSIONHUB_ASSERT_OK(
        log->Append(IntentDraft(i, {"slmpd"}), [&](absl::StatusOr<AppendedEntry> appended) {
          EXPECT_GE(heard, appended->checkpoint_size);
          ++acknowledged;
        }));
  }
  FUSIONHUB_ASSERT_OK(log->AppendAndWait(IntentDraft(100, {"slmpd"})));
  EXPECT_EQ(acknowledged, 100);
}

TEST(LogTest, AFullQueueRefusesAndTakesAgainLater) {
  TestLog test("log_full");
  test.sequencer.queue_max = 4;
  Mutex gate;
  test.sequencer.on_checkpoint = [&](const PublishedCheckpoint&) { MutexLock lock(gate); };
  const auto log = test.Open().value();
  std::atomic<int> acknowledged{0};
  {
    MutexLock closed(gate);  // callbacks cannot run
    for (int i = 0; i < 4; ++i) {
      FUSIONHUB_ASSERT_OK(log->Append(IntentDraft(i, {"slmpd"}),
                                      [&](absl::StatusOr<AppendedEntry>) { ++acknowledged; }));
    }
    EXPECT_THAT(log->Append(IntentDraft(5, {"slmpd"}), [](auto) { FAIL(); }),
                StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("full")));
  }
  while (acknowledged < 4) std::this_thread::yield();
  absl::StatusOr<AppendedEntry> appended;
  do {
    appended = log->AppendAndWait(IntentDraft(6, {"slmpd"}));
  } while (absl::IsResourceExhausted(appended.status()));
  FUSIONHUB_EXPECT_OK(appended);
}

TEST(LogTest, ClosingCommitsWhatIsQueued) {
  TestLog test("log_close");
  std::atomic<int> acknowledged{0};
  {
    const auto log = test.Open().value();
    for (int i = 0; i < 500; ++i) {
      FUSIONHUB_ASSERT_OK(log->Append(IntentDraft(i, {"slmpd"}),
                                      [&](absl::StatusOr<AppendedEntry>) { ++acknowledged; }));
    }
  }
  EXPECT_EQ(acknowledged, 500);
  EXPECT_EQ(test.Open().value()->LatestCheckpoint().size, 500u);
}

TEST(LogTest, LargePayloadsAreSplitIntoBatchesAndOpen) {
  TestLog test("log_large");
  test.sequencer.batch_max_bytes = 1 << 20;
  const auto log = test.Open().value();
  const std::string image(1 << 20, 'i');
  std::atomic<int> acknowledged{0};
  for (int i = 0; i < 4; ++i) {
    EntryDraft draft = IntentDraft(i, {"slmpd"});
    draft.payload.push_back({"probe", image});
    FUSIONHUB_ASSERT_OK(log->Append(draft, [&](absl::StatusOr<AppendedEntry>) { ++acknowledged; }));
  }
  FUSIONHUB_ASSERT_OK(log->AppendAndWait(IntentDraft(9, {"slmpd"})));
  EXPECT_EQ(acknowledged, 4);
  EXPECT_EQ(PayloadValue(log->OpenEntry(2)->payload, "probe").value(), image);
}

TEST(LogTest, CosignaturesReachTheCheckpointFile) {
  TestLog test("log_cosign");
  const auto log = test.Open().value();
  FUSIONHUB_ASSERT_OK(log->AppendAndWait(IntentDraft(0, {"slmpd"})));
  const auto key = crypto::Ed25519PrivateKey::Generate(test.random()).value();
  const auto vkey = VerifierKey::Create("n1", KeyType::kCosignature, key.public_key()).value();
  FUSIONHUB_ASSERT_OK(log->SetCosigners({vkey}));
  const std::string body = ParseNote(log->LatestCheckpoint().note)->text;
  FUSIONHUB_ASSERT_OK(
      log->AddCosignature(1, SignatureLine(Cosign(body, "n1", key, TestTime())), "n1"));
  log->FlushFiles();
  const auto note = ParseNote(ReadWholeFile(test.tiles() + "/checkpoint"));
  FUSIONHUB_ASSERT_OK(note);
  ASSERT_EQ(note->signatures.size(), 2u);
  FUSIONHUB_EXPECT_OK(VerifyCosignature(note->text, note->signatures[1], vkey));
}

TEST(LogTest, DraftsThatAreNoEntriesNeverReachTheQueue) {
  TestLog test("log_bad_draft");
  const auto log = test.Open().value();
  EXPECT_EQ(log->AppendAndWait(IntentDraft(1, {})).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(log->LatestCheckpoint().size, 0u);
}

}  // namespace
}  // namespace fusionhub::audit
