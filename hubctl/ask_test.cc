// Tests which sequences of events are a question's course.
#include "hubctl/ask.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <utility>
#include <vector>

namespace fusionhub::hubctl {
namespace {

// A hub that sends the events it is given.
class ScriptedReader final : public grpc::ClientReaderInterface<v1::AskResponse> {
 public:
  ScriptedReader(std::deque<v1::AskResponse> events, grpc::Status end)
      : events_(std::move(events)), end_(std::move(end)) {}
  bool Read(v1::AskResponse* event) override {
    if (events_.empty()) return false;
    *event = std::move(events_.front());
    events_.pop_front();
    return true;
  }
  bool NextMessageSize(uint32_t*) override { return false; }
  void WaitForInitialMetadata() override {}
  grpc::Status Finish() override { return end_; }

 private:
  std::deque<v1::AskResponse> events_;
  const grpc::Status end_;
};

class ScriptedHub final : public v1::QueryService::StubInterface {
 public:
  std::deque<v1::AskResponse> events;
  grpc::Status end = grpc::Status::OK;

 private:
  grpc::ClientReaderInterface<v1::AskResponse>* AskRaw(grpc::ClientContext*,
                                                       const v1::AskRequest&) override {
    return new ScriptedReader(events, end);
  }
  grpc::ClientAsyncReaderInterface<v1::AskResponse>* AsyncAskRaw(grpc::ClientContext*,
                                                                 const v1::AskRequest&,
                                                                 grpc::CompletionQueue*,
                                                                 void*) override {
    return nullptr;
  }
  grpc::ClientAsyncReaderInterface<v1::AskResponse>* PrepareAsyncAskRaw(
      grpc::ClientContext*, const v1::AskRequest&, grpc::CompletionQueue*) override {
    return nullptr;
  }
};

v1::AskResponse AcceptedEvent() {
  v1::AskResponse event;
  event.mutable_accepted()->set_query_id("q");
  return event;
}

v1::AskResponse ResultEvent(const std::string& owner, bool answer) {
  v1::AskResponse event;
  event.mutable_owner_result()->set_owner(owner);
  if (answer) event.mutable_owner_result()->mutable_answer();
  return event;
}

v1::AskResponse CompleteEvent() {
  v1::AskResponse event;
  event.mutable_complete()->set_query_id("q");
  return event;
}

class AskTest : public testing::Test {
 protected:
  absl::StatusOr<v1::SavedReceipt> Run(std::deque<v1::AskResponse> events) {
    hub_.events = std::move(events);
    grpc::ClientContext context;
    v1::SignedQuery signed_query;
    signed_query.set_query("question");
    return Ask(hub_, context, signed_query,
               {.accepted =
                    [&](const v1::QueryAccepted&) {
                      seen_.push_back("accepted");
                      return accepted_;
                    },
                .result =
                    [&](const v1::OwnerResult& result) {
                      seen_.push_back(result.owner());
                      return absl::OkStatus();
                    }});
  }
  ScriptedHub hub_;
  absl::Status accepted_;
  std::vector<std::string> seen_;
};

TEST_F(AskTest, CollectsTheWholeCourseAndTellsEachEvent) {
  const auto course =
      Run({AcceptedEvent(), ResultEvent("a", true), ResultEvent("b", true), CompleteEvent()});
  ASSERT_TRUE(course.ok()) << course.status();
  EXPECT_EQ(seen_, (std::vector<std::string>{"accepted", "a", "b"}));
  EXPECT_EQ(course->signed_query().query(), "question");
  EXPECT_EQ(course->results_size(), 2);
}

TEST_F(AskTest, AQuestionRefusedForEveryOwnerHasNoAcceptance) {
  EXPECT_TRUE(Run({CompleteEvent()}).ok());
  EXPECT_TRUE(Run({ResultEvent("a", false), CompleteEvent()}).ok());
}

TEST_F(AskTest, AnAnswerBeforeTheIntentIsRefused) {
  EXPECT_EQ(Run({ResultEvent("a", true), CompleteEvent()}).status().code(),
            absl::StatusCode::kInternal);
}

TEST_F(AskTest, EventsOutOfOrderAreRefused) {
  EXPECT_FALSE(Run({AcceptedEvent(), AcceptedEvent(), CompleteEvent()}).ok());
  EXPECT_FALSE(Run({ResultEvent("a", false), AcceptedEvent(), CompleteEvent()}).ok());
  EXPECT_FALSE(Run({AcceptedEvent(), CompleteEvent(), ResultEvent("a", true)}).ok());
  EXPECT_FALSE(Run({AcceptedEvent(), v1::AskResponse(), CompleteEvent()}).ok());
}

TEST_F(AskTest, AnEndWithoutCompletenessIsAnError) {
  EXPECT_EQ(Run({AcceptedEvent(), ResultEvent("a", true)}).status().code(),
            absl::StatusCode::kInternal);
}

TEST_F(AskTest, WhatDoesNotVerifyEndsTheCallWithItsError) {
  accepted_ = absl::DataLossError("bad proof");
  const auto course = Run({AcceptedEvent(), ResultEvent("a", true), CompleteEvent()});
  EXPECT_EQ(course.status(), accepted_);
  EXPECT_EQ(seen_, (std::vector<std::string>{"accepted"}));
}

TEST_F(AskTest, TheCallsErrorIsReturned) {
  hub_.end = grpc::Status(grpc::StatusCode::UNAVAILABLE, "the log cannot be written");
  EXPECT_EQ(Run({}).status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace fusionhub::hubctl
